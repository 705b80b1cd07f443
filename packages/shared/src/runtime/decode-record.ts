import { PoisonError } from '../domain/errors.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';
import { decodeCloudEvent } from './cloud-events.ts';
import type { Stage, StageEvent } from './stage.ts';

/** A record of a batch: an event, the reason why it is none, or an offset that never held one. */
export type Slot<Data> =
  | { readonly kind: 'event'; readonly record: IncomingRecord; readonly event: StageEvent<Data> }
  | { readonly kind: 'dead'; readonly record: IncomingRecord; readonly cause: PoisonError }
  | { readonly kind: 'void'; readonly record: IncomingRecord };

/** Decodes and parses one record, against the topic's schema; what fails is this record's poison and nobody else's. */
export function decodeRecord<Data>(
  record: IncomingRecord,
  topic: Stage<Data, never, never>['consumes'],
): Slot<Data> {
  if (record.isVoid) return { kind: 'void', record };
  try {
    const { envelope, bytes, json } = decodeCloudEvent(record, topic);
    const { type, data } = topic.also?.find((also) => also.type === envelope.type) ?? topic;
    const parsed = data.safeParse(json);
    if (parsed.success)
      return { kind: 'event', record, event: { data: parsed.data, envelope, record, bytes } };
    const places = parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.slice(0, 4).join('.') || 'data'} (${issue.code})`);
    throw new PoisonError(
      'MILLRACE_FORMAT_SCHEMA',
      `not as ${type} should be: ${places.join(', ')}`,
    );
  } catch (error) {
    if (error instanceof PoisonError) return { kind: 'dead', record, cause: error };
    throw error;
  }
}
