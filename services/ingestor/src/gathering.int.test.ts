import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { endType, messageType, topics } from '@millrace/shared/contracts/topics';
import { sessionSha256 } from '@millrace/shared/domain/session';
import {
  contentsOf,
  decodeSession,
  type JsonObject,
} from '@millrace/shared/domain/session-document';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { purgeGathered } from '@millrace/shared/runtime/erasure/purge-gathered';
import { startSweeper } from '@millrace/shared/runtime/sweeper';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCloseLoop } from './close-loop.ts';
import { ingestor } from './stage.ts';
import { ingestWorld, messageEvent, partEvent, sessionEvent } from './testing/ingest-world.ts';

/** Sessions that come message by message, on the real broker and database. */
let world: Awaited<ReturnType<typeof ingestWorld>>;
let running: Running[] = [];

beforeAll(async () => {
  world = await ingestWorld();
});
afterEach(async () => {
  for (const part of running.toReversed()) await part.stop(5000);
  running = [];
  expect((await readLedger(world.sql, world.runtime.bus)).problems).toEqual([]);
});
afterAll(() => world.close());

/** The stage, and what publishes while the broker answers late: messages are taken, nothing closes. */
async function startStage(
  session: Partial<Settings['session']> = {},
  storage: Partial<Settings['storage']> = {},
): Promise<void> {
  const settings = settingsSchema.parse({ session, storage });
  const { clock, logger } = world.runtime;
  const sweeper = startSweeper(world.runtime, { clock, logger });
  running.push(
    { stop: () => sweeper.stop(), failed: new Promise(() => {}) },
    await runStage(ingestor(settings), world.runtime),
  );
}

const startClosing = () => void running.push(startCloseLoop(world.runtime));

async function start(...settings: Parameters<typeof startStage>): Promise<void> {
  await startStage(...settings);
  startClosing();
}

const publish = async (records: readonly OutgoingRecord[]): Promise<void> => {
  await world.runtime.bus.publish(records);
  await world.caughtUp();
};

interface Version {
  readonly version: number;
  readonly origin: string;
  readonly messages: number;
  readonly sha: string;
  readonly document: JsonObject;
}

/** The versions of a session, once there are that many and it is closed. */
async function closed(id: string, count: number): Promise<readonly Version[]> {
  const state = async () => {
    const [row] = await world.sql<{ at: string }[]>`
      select concat(state, ' ', versions) as at from gathered_sessions where session_id = ${id}`;
    return row?.at;
  };
  await expect.poll(state, { timeout: 20_000, interval: 50 }).toBe(`closed ${count}`);
  const rows = await world.sql<(Omit<Version, 'document'> & { bytes: Uint8Array })[]>`
    select s.version, s.origin, s.message_count as messages, s.session_sha256 as sha, p.bytes
    from sessions s join payloads p using (source, session_id, version) where s.session_id = ${id} order by s.version`;
  return rows.map(({ bytes, ...row }) => {
    const decoded = decodeSession(bytes);
    if (!decoded.ok) throw new TypeError(decoded.problem.sentence);
    return { ...row, document: decoded.document };
  });
}

const endEvent = (id: string, data: JsonObject = {}) =>
  partEvent(endType, { session_id: id, user_id: 'user-1', ...data });
const allOf = (id: string, count = 12): OutgoingRecord[] =>
  Array.from({ length: count }, (_, i) => messageEvent(aSession({ id }), i));

it('an end first, messages in any order, an end and two messages twice, are one session of one version', async () => {
  await start({ end_grace: 1 });
  const session = aSession({ id: 'shuffled' });
  const order = [3, 0, 1, 2, 2, 4, 5, 6, 11, 7, 8, 9, 10];
  const arrivals = [
    endEvent('shuffled'),
    ...order.map((i) => messageEvent(session, i)),
    endEvent('shuffled'),
    messageEvent(session, 1),
  ];
  await publish(arrivals);
  const [version, ...more] = await closed('shuffled', 1);
  expect(more).toEqual([]);
  const said = session.conversation_data.messages.map(({ content }) => content);
  expect(contentsOf(version?.document ?? {})).toEqual(said);
  const { metadata: _, ...conversation } = session.conversation_data;
  const inOrder = { user_id: 'user-1', conversation_data: conversation };
  expect(version).toMatchObject({ origin: 'messages', sha: sessionSha256(inOrder) });
  const events = await world.published(topics.sessionClosed.name, 1);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ session_id: 'shuffled', version: 1, message_count: 12 });

  const before = await world.checksums();
  await publish(arrivals);
  expect(await world.checksums()).toEqual(before);
  const { stages } = await readLedger(world.sql, world.runtime.bus);
  expect(stages['ingestor']).toMatchObject({
    in: 32,
    went: { applied: 0, gathered: 13, duplicate: 19, dead: 0 },
  });
});

it('closes at once when all that was announced is there, whatever the times to wait', async () => {
  await start();
  const document = aSession({ id: 'counted' });
  const { metadata } = document.conversation_data;
  await publish([endEvent('counted', { message_count: 12, metadata }), ...allOf('counted')]);
  const [version] = await closed('counted', 1);
  expect(version?.document).toEqual(document);
  await publish([sessionEvent('counted', JSON.stringify(document))]);
  expect(await closed('counted', 1)).toHaveLength(1);
});

it('closes a session where nothing comes any more, and says how many are open before', async () => {
  await startStage({ session_timeout: 1 });
  await publish(allOf('idle', 3));
  const { open } = await readLedger(world.sql, world.runtime.bus);
  expect(open).toEqual({ sessions: 1, messages: 3 });
  startClosing();
  expect(await closed('idle', 1)).toMatchObject([{ messages: 3 }]);
  const text = await world.runtime.metrics.text();
  expect(text).toMatch(/millrace_sessions_closed_total\{cause="idle"[^}]*\} 1/);
  expect((await readLedger(world.sql, world.runtime.bus)).open.sessions).toBe(0);
});

it('makes the next version of a late message, and none of what is there', async () => {
  await start({ end_grace: 1 });
  await publish([...allOf('late', 11), endEvent('late', { message_count: 11 })]);
  await closed('late', 1);
  await publish([
    messageEvent(aSession({ id: 'late' }), 11),
    messageEvent(aSession({ id: 'late' }), 0),
  ]);
  const versions = await closed('late', 2);
  expect(versions.map(({ version, messages }) => [version, messages])).toEqual([
    [1, 11],
    [2, 12],
  ]);
  // an end that says what is known: it opens the session, and what it closes with is there
  await publish([endEvent('late', { message_count: 12 })]);
  expect(await closed('late', 2)).toHaveLength(2);
});

it('sets aside what is no event, what is too large for its session, and another text under one id', async () => {
  await start();
  const long = (i: number) => ({
    ...partEvent(messageType, {
      session_id: 'full',
      message_id: `m${i}`,
      message: { role: 'user', content: 'x'.repeat(900_000), timestamp: '2026-05-04T10:00:00Z' },
    }),
  });
  const headers = { ...endEvent('odd').headers, ce_type: 'io.millrace.session.began.v1' };
  await publish([
    ...Array.from({ length: 10 }, (_, i) => long(i)),
    partEvent(messageType, { session_id: 'full', message_id: 'm0', message: { content: 'other' } }),
    partEvent(messageType, { session_id: 'full', message: 'text' }),
    partEvent(messageType, { session_id: 'full', message_id: '', message: {} }),
    partEvent(endType, { session_id: 'full', message_count: -1 }),
    { ...endEvent('odd'), headers },
    partEvent(messageType, {
      session_id: 'full',
      message: { content: 'x'.repeat(sessionLimits.messageBytes) },
    }),
    endEvent('full', { message_count: 9 }),
  ]);
  const dead = await world.sql<{ said: string }[]>`
    select concat(code, ': ', message) as said from dead_letters order by record_offset`;
  expect(dead.map(({ said }) => said)).toEqual([
    expect.stringContaining(
      'MILLRACE_INPUT_SESSION_TOO_LARGE: a session has at most 8388608 bytes, with this message it would have',
    ),
    expect.stringContaining(
      'MILLRACE_INPUT_MESSAGE_ID: another message of this session has this id',
    ),
    'MILLRACE_FORMAT_SCHEMA: not as io.millrace.session.message.v1 should be: message (invalid_type)',
    'MILLRACE_FORMAT_SCHEMA: not as io.millrace.session.message.v1 should be: message_id (too_small)',
    'MILLRACE_FORMAT_SCHEMA: not as io.millrace.session.end.v1 should be: message_count (too_small)',
    expect.stringContaining('MILLRACE_FORMAT_UNKNOWN_TYPE: millrace.session.events carries'),
    expect.stringContaining(
      'MILLRACE_INPUT_MESSAGE_TOO_LARGE: a message has at most 1048576 bytes',
    ),
  ]);
  // over 4 MiB, which no record takes: it came through
  const [version] = await closed('full', 1);
  expect(version?.messages).toBe(9);
  expect(JSON.stringify(version?.document).length).toBeGreaterThan(
    2 * topics.sessionEvents.maxBytes * 0.95,
  );
}, 60_000);

it('closes each session once when two close at the same time, and each of them some', async () => {
  await startStage();
  const ids = Array.from({ length: 40 }, (_, i) => `both-${i}`);
  await publish(ids.flatMap((id) => [...allOf(id, 2), endEvent(id, { message_count: 2 })]));
  const one = () => startCloseLoop(world.runtime, { sessions: 3, bytes: 1e6 });
  running.push(one(), one());
  const left = async () => {
    const [row] = await world.sql<{ open: number }[]>`
      select count(*)::int as open from gathered_sessions where session_id like 'both-%' and state = 'open'`;
    return row?.open;
  };
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  const versions = await world.sql`select version from sessions where session_id like 'both-%'`;
  expect(versions).toHaveLength(40);
});

it('forgets a session that is open: it never closes, and takes nothing any more', async () => {
  await startStage({ session_timeout: 1 });
  const canary = (id: string, i: number, user: string) =>
    partEvent(messageType, {
      session_id: id,
      user_id: user,
      message_id: `canary ${i}`,
      metadata: { note: 'the canary sings' },
      message: {
        role: 'user',
        content: `the canary sings ${i}`,
        timestamp: '2026-05-04T10:00:00Z',
      },
    });
  await publish([
    canary('gone', 1, 'user-9'),
    canary('gone', 2, 'user-8'),
    canary('stays', 1, 'user-8'),
  ]);
  const subject = { source: 'shop', kind: 'user', id: 'user-9' } as const;
  const receipt = await erase(world.sql, { subject, by: 'ann', why: 'a test' });
  expect(receipt).toMatchObject({ sessions: 1, versions: 0, messages: 2 });
  expect(receipt.in_kafka_until).not.toBe(null);
  await publish([canary('gone', 3, 'user-8'), canary('new', 1, 'user-9'), endEvent('gone')]);
  startClosing();
  await closed('stays', 1);
  const rows = await world.sql<{ text: string }[]>`
    select concat(identity, user_id, convert_from(bytes, 'UTF8')) as text from gathered_events where session_id = 'gone'
    union all select session_id from sessions where session_id in ('gone', 'new')`;
  expect(rows).toHaveLength(2);
  expect(rows.map(({ text }) => text).join()).not.toMatch(/canary|user-/);
  const [progress] = await world.sql`select erased::int from progress where stage = 'ingestor'`;
  expect(progress).toEqual({ erased: 3 });
  expect(await erase(world.sql, { subject, by: 'ann', why: 'again' })).toMatchObject({
    sessions: 0,
  });
});

it('throws the text of closed sessions away by its age, on record, and refuses what comes later', async () => {
  await start();
  await publish([...allOf('old', 2), endEvent('old', { message_count: 2 })]);
  await closed('old', 1);
  await publish(allOf('young', 2));
  await world.sql`update gathered_sessions set closed_at = now() - interval '40 days' where session_id = 'old'`;
  expect(await purgeGathered(world.sql, 30)).toMatchObject({ sessions: 1, messages: 2 });
  const text = await world.sql`
    select session_id as id from gathered_events where bytes is not null and session_id in ('old', 'young')`;
  expect([...text]).toEqual([{ id: 'young' }, { id: 'young' }]);
  await publish(allOf('old', 3));
  const [dead] = await world.sql`
    select code from dead_letters order by dead_at desc limit 1`;
  expect(dead).toEqual({ code: 'MILLRACE_INPUT_SESSION_PURGED' });
  expect(await purgeGathered(world.sql, 30)).toMatchObject({ sessions: 0 });
});

it('stores nothing of what is redacted at ingest, and says in the version what it was', async () => {
  await start({}, { redact_at: 'ingest' });
  const written = (i: number) =>
    partEvent(messageType, {
      session_id: 'masked',
      user_id: 'user-1',
      message: {
        role: 'user',
        content: `write to ann${i}@example.com`,
        timestamp: `2026-05-04T10:00:0${i}Z`,
      },
    });
  await publish([written(1), written(0), endEvent('masked', { message_count: 2 })]);
  const [version] = await closed('masked', 1);
  expect(contentsOf(version?.document ?? {})).toEqual(['write to [EMAIL_1]', 'write to [EMAIL_2]']);
  const [row] = await world.sql`
    select p.sha256 is not null as "isRedacted", jsonb_path_query_array(redactions, '$.message') as messages
    from payloads p where session_id = 'masked'`;
  expect(row).toEqual({ isRedacted: true, messages: [0, 1] });
  const [any] = await world.sql`
    select 1 from gathered_events where position('ann'::bytea in bytes) > 0 and session_id = 'masked'`;
  expect(any).toBe(undefined);
});
