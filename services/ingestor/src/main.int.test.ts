import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { ensureTopics } from '@millrace/shared/adapters/kafka/topics';
import { topics } from '@millrace/shared/contracts/topics';
import { aSession } from '@millrace/shared/testing/a-session';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { silentLogger } from '@millrace/shared/testing/silent';
import { afterAll, beforeAll, expect, it } from 'vitest';

const prefix = `t${randomUUID().slice(0, 8)}-`;
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-ingestor-'));
let database: TestDatabase;
let base: Record<string, string | undefined>;

beforeAll(async () => {
  database = await testDatabase();
  base = {
    PATH: process.env['PATH'],
    KAFKA_BROKERS: process.env['KAFKA_BROKERS'],
    KAFKA_TOPIC_PREFIX: prefix,
    DATABASE_URL: database.url,
    MILLRACE_HTTP_PORT: '0',
    MILLRACE_API_PORT: '0',
  };
  const { sessionEvents, sessionClosed } = topics;
  await ensureTopics(readEnvironment(base), {
    logger: silentLogger,
    topics: [sessionEvents, sessionClosed],
  });
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** The program as a process of its own: its log lines as they come, and how it ended. */
function run(env: Record<string, string | undefined>) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stderr });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  const said = async (message: string) => {
    await expect
      .poll(() => lines.find((l) => l.includes(message)), { timeout: 20_000 })
      .toBeDefined();
    return JSON.parse(lines.find((l) => l.includes(message)) ?? '{}');
  };
  return { child, lines, ended, said };
}

it('takes a session over HTTP and ends with 0 on SIGTERM', async () => {
  const { child, ended, said } = run(base);
  const { port, host } = await said('api listening');
  expect(host).toBe('127.0.0.1');
  await said('no API keys: the API listens on loopback only');
  await said('started');
  const answer = await fetch(`http://127.0.0.1:${port}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(aSession({ id: 'real' })),
  });
  expect(answer.status).toBe(202);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

it('says each mistake of the environment in one line, without a stack, and ends with 2', async () => {
  const { ended, lines } = run({
    ...base,
    KAFKA_BROKERS: 'nonsense',
    DATABASE_URL: 'mysql://x',
    MILLRACE_API_PORT: '99999',
  });
  expect(await ended).toBe(2);
  expect(lines).toHaveLength(3);
  for (const name of ['KAFKA_BROKERS', 'DATABASE_URL', 'MILLRACE_API_PORT'])
    expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
  expect(lines.join('\n')).not.toMatch(/ at |nonsense|mysql/);
});

it('says each mistake of the key file in one line and ends with 2', async () => {
  const file = path.join(folder, 'keys');
  writeFileSync(file, 'shop publish nothash\nshop fly 00\n');
  const { ended, lines } = run({ ...base, MILLRACE_API_KEYS_FILE: file });
  expect(await ended).toBe(2);
  const said = lines.filter((line) => line.includes('MILLRACE_API_KEYS_FILE'));
  expect(said.map((line) => line.replace(/^.*?MILLRACE/, 'MILLRACE'))).toEqual([
    'MILLRACE_API_KEYS_FILE: line 1: the third word must be a SHA-256 in 64 hex digits',
    'MILLRACE_API_KEYS_FILE: line 2: scopes are publish, read, train, admin, with commas between',
  ]);
});

it('names a busy port and ends with 2', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { ended, lines } = run({ ...base, MILLRACE_API_PORT: String(port) });
  expect(await ended).toBe(2);
  expect(
    lines.filter((line) => line.includes(`127.0.0.1:${port} cannot be used (EADDRINUSE)`)),
  ).toHaveLength(1);
  server.close();
});
