import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import { endType, messageType, topics } from '@millrace/shared/contracts/topics';
import { sessionSha256 } from '@millrace/shared/domain/session';
import { contentsOf } from '@millrace/shared/domain/session-document';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  endEvent,
  type GatheringScene,
  gatheringScene,
  messagesOf,
} from './testing/gathering-scene.ts';
import { messageEvent, partEvent, sessionEvent } from './testing/ingest-world.ts';

let scene: GatheringScene;

beforeAll(async () => {
  scene = await gatheringScene();
});
afterEach(async () => {
  await scene.settle();
  const { sql, runtime } = scene.world;
  expect((await readLedger(sql, runtime.bus)).problems).toEqual([]);
});
afterAll(() => scene.close());

async function start(...settings: Parameters<GatheringScene['startStage']>): Promise<void> {
  await scene.startStage(...settings);
  scene.startClosing();
}

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
  await scene.publish(arrivals);
  const [version, ...more] = await scene.closed('shuffled', 1);
  expect(more).toEqual([]);
  const said = session.conversation_data.messages.map(({ content }) => content);
  expect(contentsOf(version?.document ?? {})).toEqual(said);
  const { metadata: _, ...conversation } = session.conversation_data;
  const inOrder = { user_id: 'user-1', conversation_data: conversation };
  expect(version).toMatchObject({ origin: 'messages', sha: sessionSha256(inOrder) });
  const events = await scene.world.published(topics.sessionClosed.name, 1);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ session_id: 'shuffled', version: 1, message_count: 12 });

  const before = await scene.world.checksums();
  await scene.publish(arrivals);
  expect(await scene.world.checksums()).toEqual(before);
  const { stages } = await readLedger(scene.world.sql, scene.world.runtime.bus);
  expect(stages['ingestor']).toMatchObject({
    in: 32,
    went: { applied: 0, gathered: 13, duplicate: 19, dead: 0 },
  });
});

it('closes at once when all that was announced is there, whatever the times to wait', async () => {
  await start();
  const document = aSession({ id: 'counted' });
  const { metadata } = document.conversation_data;
  await scene.publish([
    endEvent('counted', { message_count: 12, metadata }),
    ...messagesOf('counted'),
  ]);
  const [version] = await scene.closed('counted', 1);
  expect(version?.document).toEqual(document);
  await scene.publish([sessionEvent('counted', JSON.stringify(document))]);
  expect(await scene.closed('counted', 1)).toHaveLength(1);
});

it('closes a session where nothing comes any more, and says how many are open before', async () => {
  await scene.startStage({ session_timeout: 1 });
  await scene.publish(messagesOf('idle', 3));
  const { open } = await readLedger(scene.world.sql, scene.world.runtime.bus);
  expect(open).toEqual({ sessions: 1, messages: 3 });
  scene.startClosing();
  expect(await scene.closed('idle', 1)).toMatchObject([{ messages: 3 }]);
  const text = await scene.world.runtime.metrics.text();
  expect(text).toMatch(/millrace_sessions_closed_total\{cause="idle"[^}]*\} 1/);
  expect((await readLedger(scene.world.sql, scene.world.runtime.bus)).open.sessions).toBe(0);
});

it('makes the next version of a late message, and none of what is there', async () => {
  await start({ end_grace: 1 });
  await scene.publish([...messagesOf('late', 11), endEvent('late', { message_count: 11 })]);
  await scene.closed('late', 1);
  await scene.publish([
    messageEvent(aSession({ id: 'late' }), 11),
    messageEvent(aSession({ id: 'late' }), 0),
  ]);
  const versions = await scene.closed('late', 2);
  expect(versions.map(({ version, messages }) => [version, messages])).toEqual([
    [1, 11],
    [2, 12],
  ]);
  // an end that says what is known: it opens the session, and what it closes with is there
  await scene.publish([endEvent('late', { message_count: 12 })]);
  expect(await scene.closed('late', 2)).toHaveLength(2);
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
  await scene.publish([
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
  const dead = await scene.world.sql<{ said: string }[]>`
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
  const [version] = await scene.closed('full', 1);
  expect(version?.messages).toBe(9);
  expect(JSON.stringify(version?.document).length).toBeGreaterThan(
    2 * topics.sessionEvents.maxBytes * 0.95,
  );
}, 60_000);

it('closes each session once when two close at the same time, and each of them some', async () => {
  await scene.startStage();
  const ids = Array.from({ length: 40 }, (_, i) => `both-${i}`);
  await scene.publish(
    ids.flatMap((id) => [...messagesOf(id, 2), endEvent(id, { message_count: 2 })]),
  );
  const page = { sessions: 3, bytes: 1e6 };
  scene.startClosing(page);
  scene.startClosing(page);
  const left = async () => {
    const [row] = await scene.world.sql<{ open: number }[]>`
      select count(*)::int as open from gathered_sessions where session_id like 'both-%' and state = 'open'`;
    return row?.open;
  };
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  const versions = await scene.world
    .sql`select version from sessions where session_id like 'both-%'`;
  expect(versions).toHaveLength(40);
});
