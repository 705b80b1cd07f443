import { randomUUID } from 'node:crypto';
import {
  type SessionClosed,
  sessionRejected,
  sessionValidated,
} from '@millrace/shared/contracts/events';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { type StageWorld, stageWorld } from '@millrace/shared/testing/stage-world';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { validator } from './stage.ts';

const { sessionClosed, sessionValidated: kept, sessionRejected: rejected, deadLetters } = topics;
const settings = settingsSchema.parse({});
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
let world: StageWorld;
let running: Running;

beforeAll(async () => {
  world = await stageWorld([sessionClosed, kept, rejected, deadLetters]);
  running = await runStage(validator(settings, world.runtime.metrics), world.runtime);
});
afterAll(async () => {
  await running.stop(5000);
  await world.close();
});

/** A session version as the ingestor leaves it, and the event that tells of it. */
async function close(
  id: string,
  bytes: string,
  state: 'closed' | 'erased' = 'closed',
): Promise<SessionClosed> {
  const { sql } = world;
  const hash = sha256Hex(bytes);
  await sql`
    insert into sessions (source, session_id, version, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
    values ('shop', ${id}, 1, ${state}, ${hash}, ${hash}, 12, ${bytes.length}, 'kafka', '2026-05-04T10:08:00Z')`;
  if (state === 'closed')
    await sql`insert into payloads (source, session_id, version, bytes) values ('shop', ${id}, 1, ${Buffer.from(bytes)})`;
  return {
    source: 'shop',
    session_id: id,
    version: 1,
    payload_sha256: hash,
    session_sha256: hash,
    message_count: 12,
    bytes: bytes.length,
  };
}

async function publish(events: readonly SessionClosed[]): Promise<void> {
  const rows = events.map((data) => {
    const { source, session_id, version } = data;
    const output = {
      topic: sessionClosed,
      naturalKey: [source, session_id, version],
      key: session_id,
      data,
      traceparent,
    };
    return outboxRow(output, { stage: 'ingestor', nowMs: 0, traceparent: null });
  });
  await world.runtime.bus.publish(rows);
  const lag = async () =>
    (await world.runtime.bus.offsets(groupOfStage('validator'), sessionClosed.name)).reduce(
      (sum, p) => sum + Number(p.end - (p.committed ?? p.begin)),
      0,
    );
  await expect.poll(lag, { timeout: 25_000, interval: 100 }).toBe(0);
}

async function records(topic: string, count: number) {
  const found: { data: unknown; traceparent: string | undefined }[] = [];
  const done = Promise.withResolvers<void>();
  const subscription = await world.runtime.bus.subscribe({
    group: `listener-${randomUUID()}`,
    topics: [topic],
    maxRecords: 1000,
    maxBytes: 1e8,
    onBatch: async ({ records }) => {
      for (const { value, headers } of records)
        found.push({
          data: JSON.parse(Buffer.from(value ?? []).toString()),
          traceparent: headers['traceparent'],
        });
      if (found.length >= count) done.resolve();
      return (records.at(-1)?.offset ?? 0n) + 1n;
    },
    onStopped: done.reject,
  });
  await done.promise;
  await subscription.stop(5000);
  return found;
}

const verdicts = () => world.sql`select * from verdicts order by session_id`;

it('gives each version one verdict, whatever is delivered again, and tells it without a word of text', async () => {
  const odd = aSession({ id: 'odd' });
  messageAt(odd, 3)['content'] =
    `NUL \u0000 and half a pair \ud83d, ${'then text '.repeat(100_000)}`;
  const short = aSession({ id: 'short', messages: 4 });
  messageAt(short, 1)['content'] = 'canary-5550143';
  const events = [
    await close('good', JSON.stringify(aSession({ id: 'good' }))),
    await close('odd', JSON.stringify(odd)),
    await close('short', JSON.stringify(short)),
    await close('gone', JSON.stringify(aSession({ id: 'gone' })), 'erased'),
    ...(await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        close(`s${i}`, JSON.stringify(aSession({ id: `s${i}` }))),
      ),
    )),
  ];
  await publish(events);
  const first = await verdicts();
  expect(first).toHaveLength(203);
  const bySession = new Map(first.map((row) => [row['session_id'], row]));
  expect(bySession.get('good')).toMatchObject({
    verdict: 'kept',
    quality: 1,
    findings: [],
    cleaned: aSession({ id: 'good' }),
  });
  expect(bySession.get('odd')).toMatchObject({ verdict: 'kept' });
  expect(bySession.get('odd')?.['findings'].map((f: { code: string }) => f.code)).toEqual([
    'very_long_message',
    'control_chars',
  ]);
  expect(bySession.get('odd')?.['cleaned'].conversation_data.messages[3].content).toMatch(
    /^NUL {2}and half a pair \ufffd, then/,
  );
  expect(bySession.get('short')).toMatchObject({ verdict: 'rejected', cleaned: null });

  const told = await records(rejected.name, 1);
  expect(told.map((r) => r.traceparent)).toEqual([traceparent]);
  expect(sessionRejected.parse(told[0]?.data)).toMatchObject({
    session_id: 'short',
    findings: [
      { code: 'too_few_messages', action: 'reject', value: 4, threshold: 10 },
      { code: 'too_short_duration', action: 'reject', value: 120, threshold: 300 },
    ],
  });
  expect(JSON.stringify(told)).not.toContain('canary');
  const passed = await records(kept.name, 202);
  expect(passed.map((r) => sessionValidated.parse(r.data).session_id)).toHaveLength(202);

  await publish(events);
  expect(await verdicts()).toEqual(first);
  const [progress] =
    await world.sql`select duplicate::int, erased::int from progress where stage = 'validator'`;
  expect(progress).toEqual({ duplicate: 203, erased: 2 });
});

it('sets a version aside whose stored bytes are not those that were accepted', async () => {
  const event = await close('changed', JSON.stringify(aSession({ id: 'changed' })));
  await world.sql`update payloads set bytes = '\\x7b7d' where session_id = 'changed'`;
  await publish([event]);
  const dead = await world.sql`select stage, code from dead_letters`;
  expect([...dead]).toEqual([{ stage: 'validator', code: 'MILLRACE_PROCESSING_PAYLOAD_CHANGED' }]);
});

it('asks for a new verdict under other settings, and leaves the old one', async () => {
  await running.stop(5000);
  const lax = settingsSchema.parse({
    session: { min_session_messages: 2, min_session_duration: 0 },
  });
  running = await runStage(validator(lax, world.runtime.metrics), world.runtime);
  const [short] = await world.sql<{ payload_sha256: string; bytes: number }[]>`
    select payload_sha256, bytes from sessions where session_id = 'short'`;
  const { payload_sha256 = '', bytes = 0 } = short ?? {};
  await publish([
    {
      source: 'shop',
      session_id: 'short',
      version: 1,
      payload_sha256,
      session_sha256: payload_sha256,
      message_count: 4,
      bytes,
    },
  ]);
  const both =
    await world.sql`select verdict from verdicts where session_id = 'short' order by verdict`;
  expect(both.map((v) => v['verdict'])).toEqual(['kept', 'rejected']);
});

it('writes nothing of a session that is erased while it is judged', async () => {
  const event = await close('racing', JSON.stringify(aSession({ id: 'racing' })));
  const stage = validator(settings, world.runtime.metrics);
  const subject = { source: 'shop', kind: 'session', id: 'racing' } as const;
  const racing = {
    ...stage,
    load: async (...asked: Parameters<typeof stage.load>) => {
      const facts = await stage.load(...asked);
      await erase(world.sql, { subject, by: 'ann', why: 'a test' });
      return facts;
    },
  };
  await running.stop(5000);
  running = await runStage(racing, world.runtime);
  const erased = async () => {
    const [row] =
      await world.sql`select sum(erased)::int as n from progress where stage = 'validator'`;
    return row?.['n'];
  };
  const before = await erased();
  await publish([event]);
  expect(await erased()).toBe(before + 1);
  expect(await world.sql`select 1 from verdicts where session_id = 'racing'`).toHaveLength(0);
});
