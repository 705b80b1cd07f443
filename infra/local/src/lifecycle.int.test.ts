import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { setEnvironment } from './config.ts';
import { isBrokerReady } from './kafka-probe.ts';
import { allPids, commandLine } from './process-record.ts';
import { type Stack, stackStatus, startStack, stopStack } from './stack.ts';
import { StackError } from './stack-error.ts';

/** A blank and a comma in the path, which a properties file and a class path could stumble over. */
const root = mkdtempSync('/var/tmp/millrace lifecycle,-');
chmodSync(root, 0o755); // when root runs the tests, Postgres runs as nobody and must enter
const state = path.join(root, 'state');
const quiet = { say: () => undefined, state };
const outside = { kafka: process.env['KAFKA_BROKERS'], database: process.env['DATABASE_URL'] };
let stack: Stack;

beforeAll(async () => {
  process.env['KAFKA_BROKERS'] = '';
  process.env['DATABASE_URL'] = '';
  stack = await startStack({ ...quiet, keep: true });
});

afterAll(async () => {
  await stopStack(quiet);
  rmSync(root, { recursive: true, force: true });
  setEnvironment('KAFKA_BROKERS', outside.kafka ?? '');
  setEnvironment('DATABASE_URL', outside.database ?? '');
});

/** Every process whose arguments lie in the state folder. */
const ours = () =>
  allPids().filter((pid) => commandLine(pid).some((part) => part.startsWith(root)));
const portOf = (brokers: string) => Number(brokers.split(':')[1]);

test('startStack() adopts healthy servers: same processes, same addresses', async () => {
  const before = await stackStatus({ state });
  expect(before.broker?.ready && before.database?.ready).toBe(true);
  const again = await startStack(quiet);
  expect(again).toMatchObject({
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    startedBroker: false,
    startedDatabase: false,
  });
  await again.stop(); // a kept stack outlives its users
  expect(await stackStatus({ state })).toEqual(before);
});

test('startStack() replaces servers that were killed or hang, at the same addresses, with their data', async () => {
  const sql = postgres(stack.databaseUrl, { max: 1 });
  await sql`create table kept (n int)`;
  await sql`insert into kept values (42)`;
  await sql.end();
  const { broker, database } = await stackStatus({ state });
  process.kill(broker?.pid ?? 0, 'SIGSTOP'); // lives, accepts connections, answers nothing
  process.kill(database?.pid ?? 0, 'SIGKILL');
  const next = await startStack(quiet);
  expect(next).toMatchObject({
    kafkaBrokers: stack.kafkaBrokers,
    databaseUrl: stack.databaseUrl,
    startedBroker: true,
    startedDatabase: true,
  });
  const after = await stackStatus({ state });
  expect(after.broker?.pid).not.toBe(broker?.pid);
  const read = postgres(next.databaseUrl, { max: 1 });
  expect(await read`select n from kept`).toEqual([{ n: 42 }]);
  await read.end();
  expect(await isBrokerReady(portOf(next.kafkaBrokers))).toBe(true);
  expect(ours()).toHaveLength(2);
});

test('two starts at once in two processes: one starts the servers, the other finds them', async () => {
  await stopStack(quiet);
  expect(ours()).toEqual([]);
  const index = path.join(import.meta.dirname, 'index.ts');
  const script = `import { startStack } from ${JSON.stringify(index)};
    const { kafkaBrokers, startedBroker, startedDatabase } = await startStack({ say: () => {}, keep: true, state: process.argv[1] });
    console.log(JSON.stringify({ kafkaBrokers, startedBroker, startedDatabase }));`;
  const start = async (): Promise<string> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, state]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (output += text));
    await new Promise((resolve) => child.once('close', resolve));
    return output.trim();
  };
  const answers = await Promise.all([start(), start()]);
  const { kafkaBrokers } = stack; // the same ports as before the stop
  expect(answers.map((text) => JSON.parse(text))).toEqual(
    expect.arrayContaining([
      { kafkaBrokers, startedBroker: true, startedDatabase: true },
      { kafkaBrokers, startedBroker: false, startedDatabase: false },
    ]),
  );
  expect(ours()).toHaveLength(2);
});

test('stopStack() twice leaves no process, and the last user’s stop ends a stack that nobody keeps', async () => {
  await stopStack(quiet);
  await stopStack(quiet);
  expect(ours()).toEqual([]);
  expect(await stackStatus({ state })).toMatchObject({ broker: undefined, database: undefined });
  process.env['KAFKA_BROKERS'] = 'elsewhere:9092';
  const first = await startStack(quiet);
  const second = await startStack(quiet);
  expect(first).toMatchObject({
    kafkaBrokers: 'elsewhere:9092',
    startedBroker: false,
    startedDatabase: true,
  });
  await first.stop();
  expect(ours()).toHaveLength(1);
  await second.stop();
  await second.stop();
  expect(ours()).toEqual([]);
  process.env['KAFKA_BROKERS'] = '';
});

test('startStack() tells why Postgres did not start, with the end of its log, and leaves nothing running', async () => {
  process.env['KAFKA_BROKERS'] = 'elsewhere:9092';
  const broken = path.join(root, 'broken');
  const first = await startStack({ ...quiet, state: broken });
  await first.stop();
  writeFileSync(path.join(broken, 'postgres/data/postgresql.conf'), 'no_such_setting = 1\n');
  const failed = startStack({ ...quiet, state: broken });
  await expect(failed).rejects.toThrow(StackError);
  await expect(failed).rejects.toThrow(
    /^Postgres did not start\n.*postgres\.log:\n[\s\S]*no_such_setting/,
  );
  expect(ours()).toEqual([]);
  process.env['KAFKA_BROKERS'] = '';
});

test('an aborted start ends what it had started', async () => {
  const stop = new AbortController();
  const fresh = path.join(root, 'aborted');
  mkdirSync(fresh);
  const start = startStack({ ...quiet, state: fresh, signal: stop.signal });
  await vi.waitUntil(() => ours().length > 0, { timeout: 20_000, interval: 5 });
  stop.abort(new Error('enough'));
  await expect(start).rejects.toThrow('enough');
  expect(ours()).toEqual([]);
});
