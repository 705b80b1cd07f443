import type { JsonObject } from '@millrace/shared/domain/session-document';
import { type GatheredEvent, identifyEvent } from '../core/identify-event.ts';

/** A part of the session `s` as the doors identify it. */
export function aGatheredEvent(kind: GatheredEvent['kind'], fields: JsonObject): GatheredEvent {
  const document = { session_id: 's', ...fields };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const received = { kind, sessionId: 's', document, bytes, eventId: null, ordinal: 0 };
  const arrival = {
    source: 'shop',
    origin: 'kafka',
    receivedAtMs: 0,
    partition: 0,
    traceparent: null,
  } as const;
  const found = identifyEvent(received, arrival, null);
  if (!found.ok) throw new TypeError(found.problem.sentence);
  return found.event;
}
