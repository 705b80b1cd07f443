import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { keptLogger } from '@millrace/shared/testing/silent';
import { type StageWorld, stageWorld } from '@millrace/shared/testing/stage-world';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OpenEncoder, openEncoder } from './encoder/open-encoder.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';

/** Milliseconds of load: eight minutes in `millrace test --long`, else twenty seconds. */
const loadMs = process.env['MILLRACE_TEST_LONG'] === '1' ? 480_000 : 20_000;
/** Sessions that wait or are at work at any time: more than one piece each. */
const outstanding = 30;
vi.setConfig({ testTimeout: loadMs + 240_000, hookTimeout: 300_000 });

const settings = settingsSchema.parse({});
const logger = keptLogger();
let world: StageWorld;
const encoders: OpenEncoder[] = [];
const running: Running[] = [];

beforeAll(async () => {
  const [folder, libraryFolder] = await Promise.all([ensureMiniLm(), ensureTensorflow()]);
  const { sessionValidated, examplesReady, deadLetters } = topics;
  world = await stageWorld([sessionValidated, examplesReady, deadLetters], {
    partitions: 4,
    logger,
  });
  for (let i = 0; i < 2; i++) {
    const encoder = openEncoder({ folder, libraryFolder });
    encoders.push(encoder);
    const { metrics } = world.runtime;
    const models = { encoder, translate: null, maskedLm: null };
    const stage = augmentor({
      settings,
      revision: 'a1',
      synonyms: readSynonyms(),
      ...models,
      metrics,
    });
    running.push(await runStage(stage, world.runtime));
  }
});
afterAll(async () => {
  await Promise.all(running.map((part) => part.stop(20_000)));
  await Promise.all(encoders.map((encoder) => encoder.close()));
  await world.close();
});

const adjectives = 'cheap large important quick strange difficult wonderful'.split(' ');

/** A kept session of ten pairs, none like another: nothing of it is in a cache. */
async function keep(number: number): Promise<void> {
  const { sql } = world;
  const sessionId = `s${number}`;
  const messages = Array.from({ length: 10 }, (_, i) => [
    {
      role: 'user',
      content: `I really want to book a ${adjectives[(number + i) % 7]} apartment in street ${number} and buy the ${i} tickets`,
      timestamp: null,
    },
    { role: 'assistant', content: `Which one of the ${i} do you mean?`, timestamp: null },
  ]).flat();
  const hash = sha256Hex(sessionId);
  await sql`
    insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
    values ('test', ${sessionId}, 1, null, 'closed', ${hash}, ${hash}, 20, 2000, 'kafka', now())`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    values ('test', ${sessionId}, 1, 'v1', 'kept', 1, '[]', '{}',
      ${JSON.stringify({ conversation_data: { messages } })}::text::jsonb)`;
  const data = { source: 'test', session_id: sessionId, version: 1, revision: 'v1', quality: 1 };
  const output = {
    topic: topics.sessionValidated,
    naturalKey: ['test', sessionId, 1, 'v1'],
    key: sessionId,
    data,
    traceparent: null,
  };
  const context = { stage: 'validator', nowMs: 0, traceparent: null } as const;
  await world.runtime.bus.publish([outboxRow(output, context)]);
}

const joins = () => logger.lines.filter((line) => line.message === 'partitions assigned');
const heldNow = () =>
  joins()
    .slice(-2)
    .map((line) => line.fields['partitions']);
const made = async (): Promise<number> => {
  const [row] = await world.sql<{ n: number }[]>`select count(*)::int as n from augmentations`;
  return row?.n ?? 0;
};

it(`encodes for ${loadMs / 1000} s on two augmentors without a rebalance, and loses nothing`, async () => {
  // both have joined when the four partitions are shared
  await vi.waitFor(() => expect(heldNow()).toEqual([2, 2]), { timeout: 60_000, interval: 100 });
  const joined = joins().length;
  const begun = performance.now();
  let announced = 0;
  while (performance.now() - begun < loadMs) {
    const done = await made();
    while (announced - done < outstanding) await keep(announced++);
    await world.runtime.clock.sleep(250);
  }
  await vi.waitFor(async () => expect(await made()).toBe(announced), {
    timeout: 120_000,
    interval: 250,
  });
  const group = groupOfStage('augmentor');
  const committed = async () => {
    const offsets = await world.runtime.bus.offsets(group, topics.sessionValidated.name);
    return offsets.reduce((sum, { committed }) => sum + Number(committed ?? 0n), 0);
  };
  await vi.waitFor(async () => expect(await committed()).toBe(announced), { timeout: 30_000 });

  expect(joins().length - joined).toBe(0);
  expect(logger.lines.filter((line) => line.message === 'consumer starts again')).toEqual([]);
  const [rest] = await world.sql`
    select (select count(*)::int from dead_letters) as dead, (select count(*)::int from outbox) as outbox,
      (select coalesce(sum(duplicate + superseded + erased), 0)::int from progress) as others,
      (select count(distinct session_id)::int from examples) as sessions,
      (select count(*)::int from examples where technique <> 'original') as copies`;
  expect(rest).toMatchObject({ dead: 0, outbox: 0, others: 0, sessions: announced });
  expect(rest?.['copies']).toBeGreaterThan(announced);
  const seconds = (performance.now() - begun) / 1000;
  process.stderr.write(
    `two augmentors: ${announced} sessions, ${rest?.['copies']} copies in ${seconds.toFixed(0)} s, 0 rebalances\n`,
  );
});
