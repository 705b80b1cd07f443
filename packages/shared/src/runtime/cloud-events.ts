import { z } from 'zod';
import { idText } from '../contracts/identity.ts';
import type { Topic } from '../contracts/topics.ts';
import type { Json } from '../domain/canonical-json.ts';
import { PoisonError } from '../domain/errors.ts';
import { eventId } from '../domain/hash.ts';
import { jsonErrorCodes } from '../domain/session-document.ts';
import { decodeStrictJson } from '../domain/strict-json.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';
import { memberBytes } from './json-span.ts';
import type { Envelope } from './stage.ts';

/** A record taken apart: who says what, and the bytes of the data. */
export interface Decoded {
  readonly envelope: Envelope;
  readonly bytes: Uint8Array;
  /** The data, parsed as JSON and not yet against the topic's schema. */
  readonly json: unknown;
}

const traceparentText = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

const attributes = z.object({
  specversion: z.literal('1.0'),
  id: idText,
  type: z.string(),
  source: idText,
  subject: z.string().nullish(),
  time: z.string().nullish(),
  traceparent: z.string().nullish(),
});

/**
 * CloudEvents 1.0, Kafka binding. Binary mode: attributes in `ce_*` headers, the value is the data. Structured mode: the
 * value is the event. On the topic that takes whole sessions a value that is neither is the session document itself,
 * with the topic's name as its source.
 * @throws PoisonError FORMAT_TOMBSTONE, FORMAT_ENVELOPE, FORMAT_UNKNOWN_TYPE, and those of the strict decoder
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function decodeCloudEvent(record: IncomingRecord, topic: Topic): Decoded {
  const { value } = record;
  if (value === null)
    throw new PoisonError(
      'MILLRACE_FORMAT_TOMBSTONE',
      'a record without a value says nothing; erasure is asked for by DELETE',
    );
  const json = parseJson(value);
  const decoded = isBinary(record)
    ? fromBinary(record, value, json)
    : fromValue(record, value, json, topic);
  const known = [topic.type, ...(topic.also ?? []).map(({ type }) => type)];
  if (!known.includes(decoded.envelope.type))
    throw new PoisonError(
      'MILLRACE_FORMAT_UNKNOWN_TYPE',
      `${topic.name} carries ${known.join(', ')}, this event is of another type`,
    );
  return decoded;
}

const isBinary = (record: IncomingRecord): boolean =>
  Object.keys(record.headers).some((name) => name.startsWith('ce_'));

function fromBinary(record: IncomingRecord, value: Uint8Array, json: unknown): Decoded {
  const { headers } = record;
  const envelope = envelopeOf({
    specversion: headers['ce_specversion'],
    id: headers['ce_id'],
    type: headers['ce_type'],
    source: headers['ce_source'],
    subject: headers['ce_subject'],
    time: headers['ce_time'],
    traceparent: headers['traceparent'] ?? headers['ce_traceparent'],
  });
  return { envelope, bytes: value, json };
}

function fromValue(
  record: IncomingRecord,
  value: Uint8Array,
  json: unknown,
  topic: Topic,
): Decoded {
  const declared =
    record.headers['content-type']?.startsWith('application/cloudevents+json') ?? false;
  if (isObject(json) && (declared || 'specversion' in json))
    return fromStructured(record, value, json);
  if (
    topic.key !== 'session_id' ||
    !isObject(json) ||
    topic.type !== 'io.millrace.session.ended.v1'
  )
    throw new PoisonError(
      'MILLRACE_FORMAT_ENVELOPE',
      `a record of ${topic.name} needs ce_ headers or a structured CloudEvent`,
    );
  const envelope: Envelope = {
    id: eventId('record', record.topic, record.partition, String(record.offset)),
    type: topic.type,
    source: topic.name,
    subject: null,
    time: null,
    traceparent: traceparentOf(record.headers['traceparent']),
  };
  return { envelope, bytes: value, json };
}

function fromStructured(
  record: IncomingRecord,
  value: Uint8Array,
  event: Readonly<Record<string, unknown>>,
): Decoded {
  const envelope = envelopeOf({
    ...event,
    traceparent: event['traceparent'] ?? record.headers['traceparent'],
  });
  const encoded = event['data_base64'];
  if (typeof encoded === 'string') {
    const bytes = new Uint8Array(Buffer.from(encoded, 'base64'));
    return { envelope, bytes, json: parseJson(bytes) };
  }
  const bytes = memberBytes(value, 'data');
  if (bytes === null)
    throw new PoisonError('MILLRACE_FORMAT_ENVELOPE', 'the structured CloudEvent has no data');
  return { envelope, bytes, json: event['data'] };
}

function envelopeOf(given: unknown): Envelope {
  const parsed = attributes.safeParse(given);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => String(issue.path[0])).join(', ');
    throw new PoisonError(
      'MILLRACE_FORMAT_ENVELOPE',
      `CloudEvents attributes missing or not as they should be: ${names}`,
    );
  }
  const { id, type, source, subject, time, traceparent } = parsed.data;
  return {
    id,
    type,
    source,
    subject: subject ?? null,
    time: time ?? null,
    traceparent: traceparentOf(traceparent),
  };
}

/** One that is not as W3C writes it is dropped: a trace is a convenience. */
function traceparentOf(text: string | null | undefined): string | null {
  return traceparentText.safeParse(text).data ?? null;
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** One decoder for every door: a repeated key is no key. Its sentence names the place and quotes nothing. */
function parseJson(bytes: Uint8Array): Json {
  const decoded = decodeStrictJson(bytes);
  if (decoded.ok) return decoded.value;
  const { kind, sentence } = decoded.problem;
  throw new PoisonError(jsonErrorCodes[kind], sentence);
}

export interface OutgoingEvent {
  readonly id: string;
  readonly type: string;
  /** Which program says it: `millrace/validator`. */
  readonly source: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly traceparent: string | null;
}

/** Headers of an event in binary mode. */
export function cloudEventHeaders(event: OutgoingEvent): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.subject,
    ce_time: new Date(event.timeMs).toISOString(),
    ...(event.traceparent === null ? {} : { traceparent: event.traceparent }),
  };
}
