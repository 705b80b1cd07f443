/**
 * Validators that join, crash and go, and partitions that are raised, while sessions come in. The tests build on each other.
 */
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { kafkaClient } from '@millrace/shared/adapters/kafka/client';
import { ensureTopics } from '@millrace/shared/adapters/kafka/topics';
import { type Topic, topics } from '@millrace/shared/contracts/topics';
import { aSession } from '@millrace/shared/testing/a-session';
import { silentLogger } from '@millrace/shared/testing/silent';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceName } from '../packages/cli/src/fleet/services.ts';
import { sessionRecord } from '../packages/cli/src/publish/session-record.ts';
import { type Place, place, samples } from './millrace.ts';
import { figureOf, prepared, type ServiceProcess, startService, until } from './service-process.ts';
import { withSql } from './tables.ts';
import { withTinyBase } from './tiny-base.ts';
import { oneEach, rowsOf, startTraffic, type Traffic } from './traffic.ts';

const crashes = process.env['MILLRACE_TEST_LONG'] === '1' ? 8 : 2;

let fleet: Place;
let env: NodeJS.ProcessEnv;
let traffic: Traffic;
let steady: readonly ServiceProcess[] = [];
const children: ServiceProcess[] = [];
const cleanUp: (() => Promise<unknown>)[] = [];

const start = (name: ServiceName): ServiceProcess => {
  const service = startService(name, env);
  children.push(service);
  return service;
};
const sumOf = async (services: readonly ServiceProcess[], metric: string): Promise<number> =>
  (await Promise.all(services.map((one) => figureOf(one, metric)))).reduce((a, b) => a + b, 0);
const judged = (): Promise<number> => sumOf(steady, 'millrace_stage_events_total');
const partitionsOf = (services: readonly ServiceProcess[]): Promise<number> =>
  sumOf(services, 'millrace_consumer_assigned_partitions');

beforeAll(async () => {
  fleet = await place();
  cleanUp.push(killAll, () => fleet.remove());
  withTinyBase(fleet);
  env = await prepared(fleet);
  steady = [start('validator'), start('validator')];
  start('ingestor');
  start('augmentor');
  start('trainer');
  await Promise.all(children.map((one) => one.untilReady()));
  traffic = startTraffic({ env, prefix: 'scaling' });
  cleanUp.unshift(() => traffic.abandon());
});
afterAll(async () => {
  for (const step of cleanUp) await step();
});

async function killAll(): Promise<void> {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ ended }) => ended));
}

/** Seconds in which the steady validators judged nothing, at most, while sessions came in. */
async function longestStandstill(during: Promise<void>): Promise<number> {
  let over = false;
  const ended = during.finally(() => {
    over = true;
  });
  let longest = 0;
  let last = await judged();
  let movedAt = performance.now();
  await until(
    'the crashes are over',
    async () => {
      const now = await judged();
      longest = Math.max(longest, performance.now() - movedAt);
      if (now > last) movedAt = performance.now();
      last = now;
      return over;
    },
    crashes * 60,
  );
  await ended;
  return longest / 1000;
}

test('a validator that is killed again and again as soon as it has partitions does not stop the others', async () => {
  const crashing = (async () => {
    for (let crash = 0; crash < crashes; crash++) {
      const third = start('validator');
      await third.line('"msg":"partitions assigned"');
      third.child.kill('SIGKILL');
      await third.ended;
    }
  })();
  const seconds = await longestStandstill(crashing);
  process.stderr.write(`scaling: the others stood still for ${seconds.toFixed(1)} s at most\n`);
  // each start makes the group wait for the one that was killed, until its session ends after 10 s
  expect(seconds).toBeLessThan(20);
  expect(steady.map(({ child }) => [child.exitCode, child.signalCode])).toEqual([
    [null, null],
    [null, null],
  ]);
});

test('partitions raised from 12 to 24 under load are shared out by themselves', async () => {
  const raised = performance.now();
  const twice = Object.values<Topic>(topics)
    .filter(({ partitions }) => partitions === 12)
    .map((topic) => ({ ...topic, partitions: 24 }));
  await ensureTopics(readEnvironment(env), { logger: silentLogger, topics: twice });
  const of = (name: string) =>
    children.filter((one) => one.name === name && one.child.signalCode === null);
  for (const name of ['ingestor', 'validator', 'augmentor'])
    await until(`${name} reads 24`, async () => (await partitionsOf(of(name))) === 24);
  const seconds = (performance.now() - raised) / 1000;
  process.stderr.write(`scaling: 24 partitions are read after ${seconds.toFixed(1)} s\n`);
  await traffic.burst(200);
});

test('of two versions of a session in two partitions the newer one stands, whichever arrives first', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `moved-${i}`);
  const environment = readEnvironment(env);
  const producer = kafkaClient(environment, { clientId: 'e2e', logger: silentLogger }).producer();
  await producer.connect();
  const send = async (partition: number, messages: number, timestampMs: number): Promise<void> => {
    const records = ids.map((id) =>
      sessionRecord(Buffer.from(JSON.stringify(aSession({ id, messages }))), 'moved', timestampMs),
    );
    await producer.send({
      topic: environment.KAFKA_TOPIC_PREFIX + topics.sessionEvents.name,
      messages: records.map(({ key, value, headers }) => ({
        key,
        value: Buffer.from(value),
        headers,
        partition,
        timestamp: String(timestampMs),
      })),
    });
  };
  const versions = () =>
    withSql(fleet.databaseUrl, async (sql) => {
      const rows = await sql<{ message_count: number }[]>`
        select message_count from sessions where source = 'moved' order by session_id, version`;
      return rows.map((row) => row.message_count);
    });
  const now = Date.now();
  await send(20, 14, now);
  await until('the newer ones are stored', async () => (await versions()).length === ids.length);
  await send(3, 12, now - 60_000); // what still waited in the partition of before
  await producer.disconnect();
  await traffic.stop();
  const asked = ['publish', samples, '--limit', '1', '--wait', '--json'];
  const { ledger } = JSON.parse((await fleet.run(asked)).stdout);
  expect(ledger.problems).toEqual([]);
  expect(ledger.stages.ingestor.went.superseded).toBe(ids.length);
  expect(await versions()).toEqual(ids.map(() => 14));
  expect(await rowsOf(fleet.databaseUrl, traffic.acknowledged)).toEqual(oneEach);
});
