import { findSensitive } from '@millrace/text';
import { deadLetterNotice } from '../contracts/events.ts';
import { type StageName, type Topic, topics } from '../contracts/topics.ts';
import { PoisonError } from '../domain/errors.ts';
import { eventId, sha256Hex } from '../domain/hash.ts';
import type { DeadLetterRow, OutboxRow } from '../ports/delivery-store.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';
import { cloudEventHeaders } from './cloud-events.ts';
import type { StageOutput } from './stage.ts';

export interface OutboxContext {
  readonly stage: StageName;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Of the batch's span, for events that carry none of their own. */
  readonly traceparent: string | null;
}

const encoder = new TextEncoder();

/**
 * The row of an event: written with its fact in one transaction, published after it.
 * @throws PoisonError when it is larger than its topic takes: before the commit, while the session can still be set aside
 */
export function outboxRow(output: StageOutput, context: OutboxContext): OutboxRow {
  const { topic } = output;
  const value = encoder.encode(JSON.stringify(output.data));
  const id = eventId(topic.name, ...output.naturalKey);
  const headers = cloudEventHeaders({
    id,
    type: topic.type,
    source: `millrace/${context.stage}`,
    subject: output.key,
    timeMs: context.nowMs,
    traceparent: output.traceparent ?? context.traceparent,
  });
  const bytes =
    value.byteLength + encoder.encode(JSON.stringify(headers) + output.key).byteLength + 200;
  if (bytes > topic.maxBytes)
    throw new PoisonError(
      'MILLRACE_FORMAT_RECORD_TOO_LARGE',
      `an event of ${bytes} bytes is over the limit of ${topic.name}, ${topic.maxBytes} bytes`,
    );
  return { id, topic: topic.name, key: output.key, headers, value };
}

/** What a stage says of its dead letters; see Stage. */
interface Burying {
  readonly name: StageName;
  readonly deadLetters?: 'whole' | 'hashes';
}

/** The bytes once, here, unless only their hash may be kept; on the topic only what they are called and why. */
export function deadLetterRow(
  record: IncomingRecord,
  { name: stage, deadLetters = 'whole' }: Burying,
  cause: PoisonError,
): DeadLetterRow {
  const whole = deadLetters === 'whole';
  const sha256 = sha256Hex(record.value ?? new Uint8Array());
  return {
    id: eventId('dead', stage, record.topic, record.partition, String(record.offset), sha256),
    stage,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    key: whole ? record.key : null,
    headers: Object.fromEntries(
      Object.entries(whole ? record.headers : {}).map(([name, value]) => [
        storable(name),
        storable(value),
      ]),
    ),
    bytes: whole ? record.value : null,
    size: record.value?.byteLength ?? 0,
    sha256,
    code: cause.code,
    message: cause.message,
  };
}

/** The event that tells of a dead letter: its id and cause, not its bytes. */
export function deadLetterOutput(row: DeadLetterRow): StageOutput {
  const topic: Topic = topics.deadLetters;
  return {
    topic,
    naturalKey: [row.id],
    key: keyText(row.key),
    data: deadLetterNotice.parse({
      id: row.id,
      stage: row.stage,
      topic: row.topic,
      partition: row.partition,
      offset: String(row.offset),
      sha256: row.sha256,
      bytes: row.size,
      code: row.code,
    }),
    traceparent: row.headers['traceparent'] ?? null,
  };
}

/** jsonb takes no NUL. */
const storable = (text: string): string => text.replaceAll('\u0000', '\u2400');

/** The original key where it is text of a usual length that tells nobody's address or number, else its hash. */
function keyText(key: Uint8Array | null): string {
  if (key === null) return '';
  if (key.byteLength <= 200) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(key);
      if (!text.includes('\u0000') && findSensitive(text).length === 0) return text;
    } catch {
      // bytes that are no text: named by their hash
    }
  }
  return sha256Hex(key);
}
