import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topics } from '@millrace/shared/contracts/topics';
import { PoisonError, TransientError } from '@millrace/shared/domain/errors';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { decodeCloudEvent } from '@millrace/shared/runtime/cloud-events';
import { afterAll, expect, test } from 'vitest';
import { publishFile } from './publish-file.ts';
import { publishPatiently } from './publish-patiently.ts';
import { sessionRecord } from './session-record.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-publish-'));
afterAll(() => rmSync(folder, { recursive: true }));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('sessionRecord() keeps the bytes, keys by the id and names the same line the same', () => {
  const bytes = encode('{"session_id": "s/1",  "x": "\\ud83d"}');
  const record = sessionRecord(bytes, 'shop', 0);
  expect(record.key).toBe('s/1');
  expect(record.value).toBe(bytes);
  const again = sessionRecord(encode('{"session_id": "s/1",  "x": "\\ud83d"}'), 'shop', 5000);
  expect(again.headers['ce_id']).toBe(record.headers['ce_id']);
  expect(sessionRecord(bytes, 'other', 0).headers['ce_id']).not.toBe(record.headers['ce_id']);
});

test('sessionRecord() is a CloudEvent that the fleet reads', () => {
  const record = sessionRecord(encode('{"session_id":"a"}'), 'shop', 0);
  const decoded = decodeCloudEvent(
    { ...record, key: encode(record.key), partition: 0, offset: 0n, timestampMs: 0 },
    topics.sessionEvents,
  );
  expect(decoded.envelope).toMatchObject({ source: 'shop', subject: 'a' });
});

test('publishFile() sends every line, also those that are no session, in batches, up to the limit', async () => {
  const file = path.join(folder, 'sessions.jsonl');
  const lines = Array.from({ length: 450 }, (_, i) => `{"session_id":"s${i}"}`);
  writeFileSync(file, [...lines, '', 'not json'].join('\n'));
  const batches: (readonly OutgoingRecord[])[] = [];
  const bus = { publish: async (records: readonly OutgoingRecord[]) => void batches.push(records) };
  const { signal } = new AbortController();
  const all = await publishFile({ file, source: 'cli', bus, signal });
  expect(all).toMatchObject({ published: 452, tooLarge: [] });
  expect(batches.map((batch) => batch.length)).toEqual([200, 200, 52]);
  const some = await publishFile({ file, source: 'cli', limit: 7, bus, signal });
  expect(some.published).toBe(7);
});

test('publishFile() names the lines that no record may hold and sends the rest', async () => {
  const file = path.join(folder, 'large.jsonl');
  writeFileSync(file, `{"session_id":"a"}\n${'x'.repeat(4 * 1024 * 1024)}\n{"session_id":"b"}\n`);
  const sent: string[] = [];
  const bus = {
    publish: async (records: readonly OutgoingRecord[]) =>
      void sent.push(...records.map((r) => r.key)),
  };
  const result = await publishFile({
    file,
    source: 'cli',
    bus,
    signal: new AbortController().signal,
  });
  expect(result.tooLarge).toEqual([2]);
  expect(sent).toEqual(['a', 'b']);
});

test('publishPatiently() publishes again after a transient refusal, and not after another one or an abort', async () => {
  const { signal } = new AbortController();
  const refuseOnce = (error: Error) => {
    let calls = 0;
    const publish = async (): Promise<void> => {
      if (calls++ === 0) throw error;
    };
    return { publish, calls: () => calls };
  };
  const record = sessionRecord(encode('{"session_id":"a"}'), 'cli', 0);
  const starting = refuseOnce(new TransientError('MILLRACE_RESOURCE_BROKER', 'is starting'));
  await publishPatiently([record], { bus: starting, signal });
  expect(starting.calls()).toBe(2);

  const refused = refuseOnce(new PoisonError('MILLRACE_FORMAT_SIZE', 'is too large'));
  await expect(publishPatiently([record], { bus: refused, signal })).rejects.toThrow('too large');
  expect(refused.calls()).toBe(1);

  const gone = refuseOnce(new TransientError('MILLRACE_RESOURCE_BROKER', 'is away'));
  await expect(publishPatiently([record], { bus: gone, signal, patienceMs: -1 })).rejects.toThrow(
    'away',
  );
  const aborted = AbortSignal.abort(new Error('stopped'));
  await expect(publishPatiently([record], { bus: gone, signal: aborted })).rejects.toThrow(
    'stopped',
  );
  expect(gone.calls()).toBe(1);
});
