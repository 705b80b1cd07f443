import { settingsSchema } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingestor } from './stage.ts';
import { ingestWorld, sessionEvent } from './testing/ingest-world.ts';

let world: Awaited<ReturnType<typeof ingestWorld>>;
let running: Running;

beforeAll(async () => {
  world = await ingestWorld();
  running = await runStage(ingestor(settingsSchema.parse({})), world.runtime);
});

afterAll(async () => {
  await running.stop(5000);
  await world.close();
});

const text = (id: string) => JSON.stringify(aSession({ id }));

it('keeps 500 sessions of one batch, one of them with NUL, half a surrogate pair and a megabyte, byte by byte', async () => {
  const { sql, runtime, caughtUp, checksums } = world;
  const odd = text('odd').replace('The kettle', `\\u0000 \\ud83d ${'text '.repeat(200_000)}`);
  const records = [
    sessionEvent('odd', odd),
    ...Array.from({ length: 499 }, (_, i) => sessionEvent(`s${i}`, text(`s${i}`))),
  ];
  await runtime.bus.publish(records);
  await caughtUp();
  const stored = await sql<
    { session_id: string; bytes: Uint8Array; origin: string; source: string }[]
  >`
    select session_id, p.bytes, origin, source from sessions s join payloads p using (source, session_id, version)`;
  expect(stored).toHaveLength(500);
  const bySession = new Map(stored.map((row) => [row.session_id, row]));
  for (const { key, value } of records)
    expect(Buffer.compare(bySession.get(key)?.bytes ?? Buffer.of(), value)).toBe(0);
  expect(bySession.get('odd')).toMatchObject({ origin: 'kafka', source: 'shop' });
  const closed = await world.published(topics.sessionClosed.name, 500);
  expect(closed).toHaveLength(500);
  expect(closed[0]).toMatchObject({ source: 'shop', version: 1, message_count: 12 });

  const before = await checksums();
  await runtime.bus.publish(records);
  await caughtUp();
  expect(await checksums()).toEqual(before);
  const [progress] = await sql`select duplicate::int from progress where stage = 'ingestor'`;
  expect(progress).toEqual({ duplicate: 500 });
});

it('makes the next version of other content, and none of the same in other words', async () => {
  const { sql, runtime, caughtUp } = world;
  const other = aSession({ id: 'twice', messages: 13 });
  const same = JSON.stringify({ session_data: aSession({ id: 'twice' }) }, null, 1);
  await runtime.bus.publish([
    sessionEvent('twice', text('twice')),
    sessionEvent('twice', JSON.stringify(other)),
    sessionEvent('twice', same),
  ]);
  await caughtUp();
  const versions = await sql`
    select version, message_count from sessions where session_id = 'twice' order by version`;
  expect([...versions]).toEqual([
    { version: 1, message_count: 12 },
    { version: 2, message_count: 13 },
  ]);
});

it('sets aside what it cannot parse or name, each with its cause, and takes the document without headers', async () => {
  const { sql, runtime, caughtUp } = world;
  await runtime.bus.publish([
    sessionEvent('a', '{"session_id": "a", "session_id": "b"}'),
    sessionEvent('b', '{"session_id": 9007199254740993}'),
    sessionEvent('c', '{"session_id": "c", "n": NaN}'),
    sessionEvent('d', '{"session_data": {"user_id": "u"}}'),
    sessionEvent('e', Uint8Array.of(0x22, 0xff, 0x22)),
    { ...sessionEvent('plain', text('plain')), headers: {} },
  ]);
  await caughtUp();
  const dead = await sql<{ code: string; message: string }[]>`
    select code, message from dead_letters order by record_offset`;
  expect(dead.map((d) => `${d.code}: ${d.message}`)).toEqual([
    'MILLRACE_FORMAT_REPEATED_KEY: this key was given before, at position 20, in session_id',
    'MILLRACE_FORMAT_SCHEMA: not as io.millrace.session.ended.v1 should be: session_id (invalid_type)',
    'MILLRACE_FORMAT_NOT_A_NUMBER: NaN is no JSON number, at position 25, in n',
    'MILLRACE_FORMAT_SCHEMA: not as io.millrace.session.ended.v1 should be: session_data.session_id (invalid_type)',
    'MILLRACE_FORMAT_NOT_UTF8: the bytes are not UTF-8 from byte 1 on',
  ]);
  const [plain] = await sql`select source from sessions where session_id = 'plain'`;
  expect(plain).toEqual({ source: 'millrace.session.events' });
});

it('keeps no bytes of a broken record that names somebody who was forgotten', async () => {
  const { sql, runtime, caughtUp } = world;
  const asked = { by: 'ann', why: 'a test' };
  await erase(sql, { subject: { source: 'shop', kind: 'user', id: 'andré' }, ...asked });
  await erase(sql, { subject: { source: 'shop', kind: 'session', id: 'q/1' }, ...asked });
  await runtime.bus.publish([
    sessionEvent('x1', '{"user_id": "andr\\u00e9", "text": "first canary'),
    sessionEvent('q/1', '{"text": "second canary'),
    sessionEvent('x2', '{"session_id": "q\\/1", "text": "third canary'),
    {
      ...sessionEvent('x3', '{"user_id": "andré", "text": "of another source'),
      headers: { ...sessionEvent('', '').headers, ce_source: 'else' },
    },
    sessionEvent('x4', '{"user_id": "andrea", "text": "of another user'),
  ]);
  await caughtUp();
  const letters = await sql<{ text: string | null }[]>`
    select convert_from(bytes, 'UTF8') as text from dead_letters where code = 'MILLRACE_FORMAT_JSON' order by text`;
  expect(letters.map(({ text }) => text)).toEqual([
    expect.stringContaining('of another user'),
    expect.stringContaining('of another source'),
    null,
    null,
    null,
  ]);
});

it('takes nothing of a session or a user that was forgotten, however often it comes, and counts it', async () => {
  const { sql, runtime, caughtUp } = world;
  const of = (id: string, user: string) => JSON.stringify({ ...aSession({ id }), user_id: user });
  const records = [
    sessionEvent('f-1', of('f-1', 'forgotten')),
    sessionEvent('f-2', of('f-2', 'another')),
    sessionEvent('f-3', of('f-3', 'another')),
  ];
  await runtime.bus.publish(records);
  await caughtUp();
  const asked = { by: 'ann', why: 'a test' };
  await erase(sql, { subject: { source: 'shop', kind: 'user', id: 'forgotten' }, ...asked });
  await erase(sql, { subject: { source: 'shop', kind: 'session', id: 'f-2' }, ...asked });
  const other = JSON.stringify({ ...aSession({ id: 'f-2', messages: 13 }), user_id: 'another' });
  await runtime.bus.publish([
    ...records,
    sessionEvent('f-2', other),
    sessionEvent('f-4', of('f-4', 'forgotten')),
  ]);
  await caughtUp();
  const rows = await sql`
    select s.session_id as id, s.version, s.state, s.user_id as user, p.bytes is not null as "hasText"
    from sessions s left join payloads p using (source, session_id, version) where s.session_id like 'f-%' order by 1`;
  expect([...rows]).toEqual([
    { id: 'f-1', version: 1, state: 'erased', user: null, hasText: false },
    { id: 'f-2', version: 1, state: 'erased', user: null, hasText: false },
    { id: 'f-3', version: 1, state: 'closed', user: 'another', hasText: true },
  ]);
  const [progress] =
    await sql`select sum(erased)::int as erased from progress where stage = 'ingestor'`;
  expect(progress).toEqual({ erased: 4 });
});
