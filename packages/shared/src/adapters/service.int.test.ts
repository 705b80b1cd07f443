import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { topics } from '../contracts/topics.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { testBroker } from '../testing/kafka.ts';
import { silentLogger } from '../testing/silent.ts';
import { type TcpProxy, tcpProxy } from '../testing/tcp-proxy.ts';
import { kafkaBus } from './kafka/kafka-bus.ts';
import { ensureTopics } from './kafka/topics.ts';
import { connect } from './postgres/database.ts';
import { migrate } from './postgres/migrate.ts';

const program = path.join(import.meta.dirname, '../testing/service-fixture.ts');
const input = topics.sessionEvents.name;

interface Program {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the first line, past or to come, that holds the text. */
  line(holding: string): Promise<string>;
  get(at: string): Promise<readonly [number, string]>;
  readonly exit: Promise<number | null>;
}

function startProgram(env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', MILLRACE_HTTP_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<{ holding: string; resolve: (line: string) => void }>();
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      for (const wait of waiting) if (line.includes(wait.holding)) wait.resolve(line);
    });
  const line = (holding: string): Promise<string> =>
    new Promise((resolve) => {
      const past = lines.find((l) => l.includes(holding));
      if (past !== undefined) resolve(past);
      else waiting.add({ holding, resolve });
    });
  return {
    child,
    lines,
    line,
    get: async (at) => {
      const { port } = JSON.parse(await line('health listening'));
      const response = await fetch(`http://127.0.0.1:${port}${at}`);
      return [response.status, await response.text()];
    },
    exit: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}

describe('serve()', () => {
  let database: TestDatabase;
  let broker: ReturnType<typeof testBroker>;
  let env: Record<string, string>;
  let program: Program | null = null;

  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    broker = testBroker();
    env = {
      KAFKA_BROKERS: broker.KAFKA_BROKERS.join(','),
      KAFKA_TOPIC_PREFIX: broker.KAFKA_TOPIC_PREFIX,
      DATABASE_URL: database.url,
    };
  });
  afterEach(async () => {
    program?.child.kill('SIGKILL');
    await program?.exit;
    program = null;
  });

  const publish = async (ids: readonly string[]): Promise<void> => {
    await ensureTopics(broker, { logger: silentLogger });
    const bus = kafkaBus(broker, { name: 'test', logger: silentLogger });
    await bus.publish(
      ids.map((id) => ({
        topic: input,
        key: id,
        value: Buffer.from(JSON.stringify({ session_id: id })),
        headers: {},
      })),
    );
    await bus.close();
  };
  const stored = async (url: string, count: number): Promise<void> => {
    const sql = connect(url);
    while ((await sql`select 1 from sessions`).length < count);
    await sql.end({ timeout: 1 });
  };

  it('says every mistake of the environment in one line each, exit code 2, no stack trace', async () => {
    program = startProgram({
      KAFKA_BROKERS: 'nonsense',
      MILLRACE_HTTP_PORT: 'x',
      KAFKA_SSL: 'maybe',
    });
    expect(await program.exit).toBe(2);
    expect(program.lines.map((l) => l.replace(/^fixture: /, '').split(':')[0])).toEqual(
      expect.arrayContaining(['KAFKA_BROKERS', 'MILLRACE_HTTP_PORT', 'KAFKA_SSL']),
    );
    expect(program.lines.join('\n')).not.toMatch(/\n\s+at /);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'works, and stops cleanly on %s: exit code 0, nothing left to do',
    async (signal) => {
      await publish(['a', 'b', 'c'].map((id) => id + signal));
      program = startProgram(env);
      const before = signal === 'SIGTERM' ? 0 : 3;
      await stored(database.url, before + 3);
      program.child.kill(signal);
      expect(await program.exit).toBe(0);
      const bus = kafkaBus(broker, { name: 'test', logger: silentLogger });
      const committed = (await bus.offsets('millrace-ingestor', input)).reduce(
        (sum, p) => sum + Number(p.committed ?? 0n),
        0,
      );
      const closed = (await bus.offsets('x', topics.sessionClosed.name)).reduce(
        (sum, p) => sum + Number(p.end),
        0,
      );
      expect([committed, closed]).toEqual([3, 3]);
      await bus.close();
    },
  );

  it('exits 1 when the program itself is wrong', async () => {
    await publish(['fault']);
    program = startProgram(env);
    expect(await program.exit).toBe(1);
    expect(program.lines.join('\n')).toContain('the stage cannot go on');
  });

  it('waits for a schema that is not there, not ready and live, and can be stopped meanwhile', async () => {
    const empty = await testDatabase({ migrated: false });
    program = startProgram({ ...env, DATABASE_URL: empty.url });
    await program.line('waiting for the database schema');
    expect((await program.get('/live'))[0]).toBe(200);
    expect((await program.get('/ready'))[0]).toBe(503);
    await migrate(empty.url);
    await program.line('started');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    await empty.drop();
  });

  it('outlives the loss of the database: live, not ready, one line; then everything arrives', async () => {
    const url = new URL(database.url);
    const proxy: TcpProxy = await tcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    await publish(['x1']);
    program = startProgram({ ...env, DATABASE_URL: url.href });
    await stored(database.url, 7);
    proxy.refuse(true);
    await publish(['x2', 'x3']);
    await program.line('"dependency":"postgres"');
    expect((await program.get('/live'))[0]).toBe(200);
    const [status, body] = await program.get('/ready');
    expect(status).toBe(503);
    // the broker may be busy at the same time; nothing else may be down
    const reasons: string[] = JSON.parse(body).reasons;
    expect(reasons).toContain('postgres is down');
    expect(['postgres is down', 'kafka is down']).toEqual(expect.arrayContaining(reasons));
    proxy.refuse(false);
    await program.line('dependency answers again');
    await stored(database.url, 9);
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    await proxy.close();
  });
});
