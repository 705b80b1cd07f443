/**
 * SIGTERM to every service while it works, and `kill -9` of the only runner: what a drained node, a rollout and a lost node
 * do. The services are children of the test, so that their exit codes are seen. The tests build on each other.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceName, services } from '../packages/cli/src/fleet/services.ts';
import { gracePeriodOf, runnerScaler } from './manifests.ts';
import { type Place, place, samples } from './millrace.ts';
import { figureOf, prepared, type ServiceProcess, startService, until } from './service-process.ts';
import { withSql } from './tables.ts';
import { withTinyBase } from './tiny-base.ts';
import { oneEach, rowsOf, startTraffic, type Traffic } from './traffic.ts';

const long = process.env['MILLRACE_TEST_LONG'] === '1';
/** Stops of each service, and sessions that come at once before each. */
const [rounds, sessions] = long ? [3, 200] : [1, 100];

let fleet: Place;
let env: NodeJS.ProcessEnv;
let traffic: Traffic;
const running = new Map<ServiceName, ServiceProcess>();
const cleanUp: (() => Promise<unknown>)[] = [];
const names = services.map(({ name }) => name);
const of = (name: ServiceName): ServiceProcess => {
  const found = running.get(name);
  if (found === undefined) throw new Error(`${name} was not started`);
  return found;
};
const start = (name: ServiceName): Promise<void> => {
  running.set(name, startService(name, env));
  return of(name).untilReady();
};
const api = (): string | null => {
  const line = running.get('ingestor')?.lines.find((one) => one.includes('"api listening"'));
  return line === undefined ? null : `http://127.0.0.1:${JSON.parse(line).port}`;
};

beforeAll(async () => {
  fleet = await place({
    checkpoint_steps: 5,
    lease_seconds: long ? 30 : 5,
    n_splits: 2,
    training_num_epochs: 20,
  });
  cleanUp.push(killAll, () => fleet.remove());
  withTinyBase(fleet);
  env = await prepared(fleet);
  await Promise.all(names.map(start));
  traffic = startTraffic({ env, api, prefix: 'stops' });
  cleanUp.unshift(() => traffic.abandon());
});
afterAll(async () => {
  for (const step of cleanUp) await step();
});

async function killAll(): Promise<void> {
  for (const { child } of running.values()) child.kill('SIGKILL');
  await Promise.all([...running.values()].map(({ ended }) => ended));
}

/** Resolves when every training that was asked for has ended. */
const trained = (): Promise<void> =>
  until(
    'no training is left',
    () =>
      withSql(fleet.databaseUrl, async (sql) => {
        const left = await sql`select 1 from training_jobs where state in ('queued', 'running')`;
        return left.length === 0;
      }),
    180,
  );

/** Resolves when a service has work in hand. */
async function atWork(name: ServiceName): Promise<void> {
  const service = of(name);
  if (name === 'trainer-runner') {
    await trained();
    const before = service.lines.length;
    await fleet.run(['train', '--folds', '0', '--max-steps', '40']);
    const isTraining = (line: string): boolean => line.includes('"phase":"train"');
    await until('it trains', () => service.lines.slice(before).some(isTraining));
  } else if (name === 'exporter') {
    await until(
      'a round',
      async () => (await figureOf(service, 'millrace_exporter_rounds_total')) > 0,
    );
  } else if (name === 'trainer') {
    await until('events', async () => (await figureOf(service, 'millrace_stage_events_total')) > 0);
  } else {
    const inHand = () => figureOf(service, 'millrace_stage_inflight_events');
    await until(`${name} has records in hand`, async () => (await inHand()) > 0);
  }
}

test('every service ends with 0 within its grace period when it is told to while it works', async () => {
  await fleet.run(['publish', samples]); // something to train on
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      await traffic.burst(sessions);
      await atWork(name);
      const { code, signal, seconds } = await of(name).terminate();
      process.stderr.write(`stops: ${name} ended after ${seconds.toFixed(1)} s\n`);
      expect({ name, code, signal }).toEqual({ name, code: 0, signal: null });
      expect(seconds, name).toBeLessThan(gracePeriodOf(name));
      await start(name);
    }
  // and all at once, as at the end of a node
  const endings = await Promise.all([...running.values()].map((service) => service.terminate()));
  expect(endings.map(({ code }) => code)).toEqual(names.map(() => 0));
  await Promise.all(names.map(start));
}, 900_000);

test('nothing of what was acknowledged meanwhile is lost, and nothing is there twice', async () => {
  await traffic.stop();
  const asked = ['publish', samples, '--limit', '1', '--wait', '--json'];
  const { ledger } = JSON.parse((await fleet.run(asked)).stdout);
  expect(ledger.problems).toEqual([]);
  expect(traffic.acknowledged.size).toBeGreaterThan(sessions * rounds * names.length);
  expect(await rowsOf(fleet.databaseUrl, traffic.acknowledged)).toEqual(oneEach);
});

/** The newest step that a checkpoint was written of; 0 before the first. */
function newestCheckpoint(): number {
  const jobs = path.join(fleet.stateFolder, 'data/jobs');
  const written = existsSync(jobs) ? readdirSync(jobs, { recursive: true }) : [];
  const steps = written.flatMap((name) => /\/step-(\d{8})$/.exec(String(name))?.[1] ?? []);
  return Math.max(0, ...steps.map(Number));
}

test('kill -9 of the only runner: the scaler asks for one within its polling time, which goes on from the checkpoint', async () => {
  const { query, pollingSeconds, args } = runnerScaler();
  const wanted = (): Promise<number> =>
    withSql(fleet.databaseUrl, async (sql) => Number((await sql.unsafe(query))[0]?.['count']));
  const job = () =>
    withSql(fleet.databaseUrl, async (sql) => {
      const [row] = await sql`
        select j.state, j.attempt, j.lease_token, count(m.model_id)::int as models
        from training_jobs j left join models m using (job_id)
        group by j.job_id order by j.created_at desc limit 1`;
      return row;
    });
  await trained();
  await fleet.run(['train', '--folds', '0', '--max-steps', '80']);
  await until('it has a checkpoint', () => newestCheckpoint() > 0);
  expect(await wanted()).toBe(0);
  of('trainer-runner').child.kill('SIGKILL');
  const killed = performance.now();
  await of('trainer-runner').ended;
  const from = newestCheckpoint();

  await until('the scaler asks for a runner', async () => (await wanted()) === 1, pollingSeconds);
  const seconds = (performance.now() - killed) / 1000;
  process.stderr.write(`stops: a runner is wanted ${seconds.toFixed(1)} s after the kill\n`);
  const [program, ...flags] = args;
  expect(program).toBe('runner');
  const next = startService('trainer-runner', env, ...flags);
  running.set('trainer-runner', next);
  expect((await next.ended).code).toBe(0);
  const first = JSON.parse(await next.line('"phase":"train"'));
  expect(first.step).toBe(from);
  expect(await job()).toEqual({ state: 'succeeded', attempt: 2, lease_token: 2, models: 1 });
  expect(await wanted()).toBe(0);
});
