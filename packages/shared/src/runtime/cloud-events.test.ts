import { describe, expect, it } from 'vitest';
import { topics } from '../contracts/topics.ts';
import { PoisonError } from '../domain/errors.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';
import { cloudEventHeaders, decodeCloudEvent } from './cloud-events.ts';
import { decodeRecord } from './decode-record.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const aRecord = (
  value: string | Uint8Array | null,
  headers: Record<string, string> = {},
): IncomingRecord => ({
  topic: topics.sessionEvents.name,
  partition: 2,
  offset: 7n,
  key: null,
  value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
  headers,
  timestampMs: 0,
});
const decode = (record: IncomingRecord) => decodeCloudEvent(record, topics.sessionEvents);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const binary = {
  ce_specversion: '1.0',
  ce_id: 'e1',
  ce_type: topics.sessionEvents.type,
  ce_source: 'my-app',
};
const structured = {
  specversion: '1.0',
  id: 'e1',
  type: topics.sessionEvents.type,
  source: 'my-app',
};
const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof PoisonError ? error.code : 'another error';
  }
};

describe('decodeCloudEvent()', () => {
  it('reads binary mode: attributes from the headers, the value is the data', () => {
    const { envelope, bytes } = decode(
      aRecord('{"session_id": "s"}', {
        ...binary,
        ce_subject: 's',
        ce_time: '2026-01-01T00:00:00Z',
        traceparent,
      }),
    );
    expect(envelope).toEqual({
      id: 'e1',
      type: binary.ce_type,
      source: 'my-app',
      subject: 's',
      time: '2026-01-01T00:00:00Z',
      traceparent,
    });
    expect(textOf(bytes)).toBe('{"session_id": "s"}');
  });

  it('reads structured mode, and gives the bytes of the data as they were written', () => {
    const text = JSON.stringify({ ...structured, traceparent }).replace(
      '}',
      ', "data": {"session_id" : "s"} }',
    );
    const { envelope, bytes, json } = decode(
      aRecord(text, { 'content-type': 'application/cloudevents+json; charset=utf-8' }),
    );
    expect(envelope).toMatchObject({ source: 'my-app', traceparent });
    expect(textOf(bytes)).toBe('{"session_id" : "s"}');
    expect(json).toEqual({ session_id: 's' });
  });

  it('reads data_base64', () => {
    const data = Buffer.from('{"session_id":"s"}').toString('base64');
    expect(decode(aRecord(JSON.stringify({ ...structured, data_base64: data }))).json).toEqual({
      session_id: 's',
    });
  });

  it('takes a plain session document; its source is the name of the topic, its id that of the record', () => {
    const { envelope } = decode(aRecord('{"session_id":"s"}'));
    expect(envelope).toMatchObject({
      source: 'millrace.session.events',
      type: topics.sessionEvents.type,
    });
    expect(decode(aRecord('{"session_id":"t"}')).envelope.id).toBe(envelope.id);
  });

  it.each([
    ['a null value', null, {}, 'MILLRACE_FORMAT_TOMBSTONE'],
    ['no JSON', '{"session_id', {}, 'MILLRACE_FORMAT_JSON'],
    ['no UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), {}, 'MILLRACE_FORMAT_NOT_UTF8'],
    [
      'an unknown type',
      '{}',
      { ...binary, ce_type: 'io.millrace.session.ended.v2' },
      'MILLRACE_FORMAT_UNKNOWN_TYPE',
    ],
    [
      'an unknown structured type',
      JSON.stringify({ ...structured, type: 'x', data: {} }),
      {},
      'MILLRACE_FORMAT_UNKNOWN_TYPE',
    ],
    ['headers without an id', '{}', { ...binary, ce_id: '' }, 'MILLRACE_FORMAT_ENVELOPE'],
    [
      'a source with a line break',
      '{}',
      { ...binary, ce_source: 'a\nb' },
      'MILLRACE_FORMAT_ENVELOPE',
    ],
    ['another specversion', '{}', { ...binary, ce_specversion: '0.3' }, 'MILLRACE_FORMAT_ENVELOPE'],
    ['a structured event without data', JSON.stringify(structured), {}, 'MILLRACE_FORMAT_ENVELOPE'],
    ['an array', '[]', {}, 'MILLRACE_FORMAT_ENVELOPE'],
  ])('refuses %s', (_what, value, headers, code) => {
    expect(codeOf(() => decode(aRecord(value, headers)))).toBe(code);
  });

  it('takes plain documents on the input topic only', () => {
    const record = {
      ...aRecord('{"source":"a","session_id":"s","version":1}'),
      topic: topics.sessionClosed.name,
    };
    expect(codeOf(() => decodeCloudEvent(record, topics.sessionClosed))).toBe(
      'MILLRACE_FORMAT_ENVELOPE',
    );
  });

  it('drops a traceparent that W3C would not know', () => {
    expect(
      decode(aRecord('{}', { ...binary, traceparent: '00-xyz' })).envelope.traceparent,
    ).toBeNull();
  });

  it('refuses JSON deeper than a stack could be', () => {
    const deep = `{"session_id":"s","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(codeOf(() => decode(aRecord(deep)))).toBe('MILLRACE_FORMAT_TOO_DEEP');
    const event = JSON.stringify(structured).replace('}', `,"data":${deep}}`);
    expect(codeOf(() => decode(aRecord(event)))).toBe('MILLRACE_FORMAT_TOO_DEEP');
  });

  it('names no text of the record', () => {
    for (const value of ['canary', '{"session_id": canary}', '{"canary": 1}'])
      try {
        decode(aRecord(value, value.includes('1') ? { ce_id: 'x' } : {}));
      } catch (error) {
        expect(String(error)).not.toContain('canary');
      }
  });
});

describe('decodeRecord()', () => {
  it('turns what breaks the schema into this record’s poison, naming the field', () => {
    const slot = decodeRecord(aRecord('{"session_id": 7}'), topics.sessionEvents);
    expect(slot).toMatchObject({ kind: 'dead', cause: { code: 'MILLRACE_FORMAT_SCHEMA' } });
  });
});

describe('cloudEventHeaders()', () => {
  it('is what decodeCloudEvent() reads', () => {
    const event = {
      id: 'e',
      type: topics.sessionEvents.type,
      source: 'millrace/test',
      subject: 'sé',
      timeMs: 0,
      traceparent,
    };
    const { envelope } = decode(aRecord('{}', { ...cloudEventHeaders(event) }));
    expect(envelope).toEqual({
      id: 'e',
      type: event.type,
      source: 'millrace/test',
      subject: 'sé',
      time: '1970-01-01T00:00:00.000Z',
      traceparent,
    });
  });
});
