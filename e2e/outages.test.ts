/**
 * Broker and database ended and started again while sessions come in and a model is trained, on servers of the test's own.
 * Nobody touches a service meanwhile: each must go on by itself, in the process that it was. The tests build on each other.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceName, services } from '../packages/cli/src/fleet/services.ts';
import { gracePeriodOf } from './manifests.ts';
import { type Place, place, samples } from './millrace.ts';
import {
  environmentOf,
  runs,
  type ServiceProcess,
  startService,
  until,
} from './service-process.ts';
import { withSql } from './tables.ts';
import { withTinyBase } from './tiny-base.ts';
import { oneEach, rowsOf, startTraffic, type Traffic } from './traffic.ts';

const long = process.env['MILLRACE_TEST_LONG'] === '1';
const outageMs = long ? 5 * 60_000 : 0;
const names = services.map(({ name }) => name);
/** Of which one more is told to end during an outage, so that the fleet's own stay what they were. */
const spareNames: readonly ServiceName[] = long ? names : ['ingestor'];

let fleet: Place;
let traffic: Traffic;
let pids: readonly (number | undefined)[];
const cleanUp: (() => Promise<unknown>)[] = [];

const logOf = (name: ServiceName): string =>
  readFileSync(`${fleet.stateFolder}/logs/${name}.log`, 'utf8');
const api = (): string | null => {
  const port = /"port":(\d+)[^\n]*"msg":"api listening"/.exec(logOf('ingestor'))?.[1];
  return port === undefined ? null : `http://127.0.0.1:${port}`;
};
/** What a service says at its health port. */
async function ask(name: ServiceName, at: string): Promise<{ status: number; text: string }> {
  const record = JSON.parse(readFileSync(`${fleet.stateFolder}/services/${name}.json`, 'utf8'));
  const answer = await fetch(`http://127.0.0.1:${record.port}${at}`);
  return { status: answer.status, text: await answer.text() };
}
const statusOfAll = async (at: '/live' | '/ready'): Promise<readonly number[]> =>
  Promise.all(names.map(async (name) => (await ask(name, at)).status));
/** Services that say that a dependency is down. */
async function without(dependency: 'kafka' | 'postgres'): Promise<readonly ServiceName[]> {
  const answers = await Promise.all(names.map((name) => ask(name, '/metrics')));
  const down = `millrace_dependency_up{dependency="${dependency}"`;
  const isDown = (text: string): boolean =>
    text.split('\n').some((line) => line.startsWith(down) && line.endsWith(' 0'));
  return names.filter((_, i) => isDown(answers[i]?.text ?? ''));
}

async function end(server: 'broker' | 'database', signal: NodeJS.Signals): Promise<void> {
  const { parts } = JSON.parse((await fleet.run(['status', '--json'])).stdout);
  const pid = parts.find(({ name }: { name: string }) => name === server).pid;
  process.kill(pid, signal);
  await until(`the ${server} ends`, () => !runs(pid));
}

/** Waits for it and says how long that took. */
async function said(what: string, condition: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  await until(what, condition);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stderr.write(`outages: ${what} after ${seconds} s\n`);
}

/** One more of each, children of the test. */
async function spares(): Promise<readonly ServiceProcess[]> {
  const env = environmentOf(fleet, 'exporter');
  const more = spareNames.map((name) => startService(name, env));
  cleanUp.unshift(async () => more.forEach(({ child }) => void child.kill('SIGKILL')));
  await Promise.all(more.map((one) => one.untilReady()));
  return more;
}

/** A node may be drained during an outage, too. */
async function endInTime(more: readonly ServiceProcess[]): Promise<void> {
  for (const { name, code, seconds } of await Promise.all(
    more.map(async (one) => ({ name: one.name, ...(await one.terminate()) })),
  )) {
    process.stderr.write(`outages: ${name} ended after ${seconds.toFixed(1)} s meanwhile\n`);
    expect({ name, code }).toEqual({ name, code: 0 });
    expect(seconds, name).toBeLessThan(gracePeriodOf(name));
  }
}

/** Starts what is not there; resolves when every service says that it is ready again. */
async function bringBack(): Promise<void> {
  const begun = performance.now();
  await fleet.run(['up']);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stderr.write(`outages: all ready ${seconds} s after the start\n`);
}

beforeAll(async () => {
  const training = { checkpoint_steps: 20, lease_seconds: 5, n_splits: 2, training_num_epochs: 20 };
  fleet = await place(training, {}, 'own');
  cleanUp.push(() => fleet.remove());
  withTinyBase(fleet);
  await fleet.run(['up']);
  await fleet.run(['publish', samples]);
  pids = names.map((name) => fleet.pidOf(name));
  traffic = startTraffic({ env: environmentOf(fleet, 'exporter'), api, prefix: 'outages' });
  cleanUp.unshift(() => traffic.abandon());
});
afterAll(async () => {
  for (const step of cleanUp) await step();
});

test('a broker that is killed and comes back: HTTP goes on, then everything does', async () => {
  const more = await spares();
  await traffic.burst(100);
  await end('broker', 'SIGKILL');
  await traffic.acceptedByHttp(traffic.http() + 10);
  // the runner speaks to the broker only when it has an event to publish
  const missing = async (): Promise<boolean> => (await without('kafka')).length >= names.length - 1;
  await said('every service misses the broker', missing);
  expect(await statusOfAll('/live')).toEqual(names.map(() => 200));
  await endInTime(more);
  await bringBack();
  await said('nobody misses the broker', async () => (await without('kafka')).length === 0);
});

test('a database that is killed and comes back at once', async () => {
  await traffic.burst(100);
  await end('database', 'SIGKILL');
  await bringBack();
  await said('nobody misses the database', async () => (await without('postgres')).length === 0);
});

test('a database that is away: every service lives on, is not ready, and is ready when it is back', async () => {
  await fleet.run(['train', '--folds', '0', '--max-steps', '150']);
  await until('a training runs', () => logOf('trainer-runner').includes('"phase":"train"'));
  await traffic.burst(100);
  const retried = async (): Promise<number> => {
    const { text } = await ask('ingestor', '/metrics');
    return Number(/^millrace_stage_retries_total\{[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const before = await retried();
  const more = await spares();
  await end('database', 'SIGINT');
  const since = performance.now();
  const away = names.map(() => 503);
  try {
    await said('nobody is ready', async () => (await statusOfAll('/ready')).join() === away.join());
    await until('the ingestor has tried again', async () => (await retried()) >= before + 3);
    await endInTime(more);
    await until(
      'the outage has lasted',
      async () => {
        expect(await statusOfAll('/live')).toEqual(names.map(() => 200));
        expect(await statusOfAll('/ready')).toEqual(away);
        return performance.now() - since >= outageMs;
      },
      outageMs / 1000 + 10,
    );
  } finally {
    await bringBack(); // the tests that follow need it, whatever was found here
  }
}, 600_000);

test('no process ended, nothing is lost, nothing is there twice, and the training ended in its first attempt', async () => {
  await traffic.burst(20);
  await traffic.stop();
  const asked = ['publish', samples, '--limit', '1', '--wait', '--json'];
  const { ledger } = JSON.parse((await fleet.run(asked)).stdout);
  expect(ledger.problems).toEqual([]);
  expect(await rowsOf(fleet.databaseUrl, traffic.acknowledged)).toEqual(oneEach);
  expect(names.map((name) => fleet.pidOf(name))).toEqual(pids);
  expect(pids.map(runs)).toEqual(names.map(() => true));
  const job = () =>
    withSql(fleet.databaseUrl, async (sql) => {
      const [row] = await sql`select state, attempt, lease_token, error_code from training_jobs`;
      return row;
    });
  await until('the training ends', async () => (await job())?.['state'] !== 'running');
  expect(await job()).toEqual({ state: 'succeeded', attempt: 1, lease_token: 1, error_code: null });
  await fleet.run(['ledger']);
}, 600_000);
