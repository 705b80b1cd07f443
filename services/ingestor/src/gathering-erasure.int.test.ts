import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { messageType } from '@millrace/shared/contracts/topics';
import { contentsOf } from '@millrace/shared/domain/session-document';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { purgeGathered } from '@millrace/shared/runtime/erasure/purge-gathered';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  endEvent,
  type GatheringScene,
  gatheringScene,
  messagesOf,
} from './testing/gathering-scene.ts';
import { partEvent } from './testing/ingest-world.ts';

/** Text of sessions that come message by message: forgotten, thrown away by its age, redacted. */
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

it('forgets a session that is open: it never closes, and takes nothing any more', async () => {
  await scene.startStage({ session_timeout: 1 });
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
  await scene.publish([
    canary('gone', 1, 'user-9'),
    canary('gone', 2, 'user-8'),
    canary('stays', 1, 'user-8'),
  ]);
  const subject = { source: 'shop', kind: 'user', id: 'user-9' } as const;
  const receipt = await erase(scene.world.sql, { subject, by: 'ann', why: 'a test' });
  expect(receipt).toMatchObject({ sessions: 1, versions: 0, messages: 2 });
  expect(receipt.in_kafka_until).not.toBe(null);
  await scene.publish([canary('gone', 3, 'user-8'), canary('new', 1, 'user-9'), endEvent('gone')]);
  scene.startClosing();
  await scene.closed('stays', 1);
  const rows = await scene.world.sql<{ text: string }[]>`
    select concat(identity, user_id, convert_from(bytes, 'UTF8')) as text from gathered_events where session_id = 'gone'
    union all select session_id from sessions where session_id in ('gone', 'new')`;
  expect(rows).toHaveLength(2);
  expect(rows.map(({ text }) => text).join()).not.toMatch(/canary|user-/);
  const [progress] = await scene.world
    .sql`select erased::int from progress where stage = 'ingestor'`;
  expect(progress).toEqual({ erased: 3 });
  expect(await erase(scene.world.sql, { subject, by: 'ann', why: 'again' })).toMatchObject({
    sessions: 0,
  });
});

it('throws the text of closed sessions away by its age, on record, and refuses what comes later', async () => {
  await start();
  await scene.publish([...messagesOf('old', 2), endEvent('old', { message_count: 2 })]);
  await scene.closed('old', 1);
  await scene.publish(messagesOf('young', 2));
  await scene.world
    .sql`update gathered_sessions set closed_at = now() - interval '40 days' where session_id = 'old'`;
  expect(await purgeGathered(scene.world.sql, 30)).toMatchObject({ sessions: 1, messages: 2 });
  const text = await scene.world.sql`
    select session_id as id from gathered_events where bytes is not null and session_id in ('old', 'young')`;
  expect([...text]).toEqual([{ id: 'young' }, { id: 'young' }]);
  await scene.publish(messagesOf('old', 3));
  const [dead] = await scene.world.sql`
    select code from dead_letters order by dead_at desc limit 1`;
  expect(dead).toEqual({ code: 'MILLRACE_INPUT_SESSION_PURGED' });
  expect(await purgeGathered(scene.world.sql, 30)).toMatchObject({ sessions: 0 });
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
  await scene.publish([written(1), written(0), endEvent('masked', { message_count: 2 })]);
  const [version] = await scene.closed('masked', 1);
  expect(contentsOf(version?.document ?? {})).toEqual(['write to [EMAIL_1]', 'write to [EMAIL_2]']);
  const [row] = await scene.world.sql`
    select p.sha256 is not null as "isRedacted", jsonb_path_query_array(redactions, '$.message') as messages
    from payloads p where session_id = 'masked'`;
  expect(row).toEqual({ isRedacted: true, messages: [0, 1] });
  const [any] = await scene.world.sql`
    select 1 from gathered_events where position('ann'::bytea in bytes) > 0 and session_id = 'masked'`;
  expect(any).toBe(undefined);
});
