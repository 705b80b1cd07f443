// node bench/scale-validators.ts [--sessions 20000] [--members 1,2,4]
// What more validators bring: for each number of members of one group, a backlog of sessions that an ingestor has stored is
// judged by so many processes, on a broker and a database of this program's own (3 s to start). One JSON line each: seconds
// from the moment that all hold partitions to the last verdict, sessions a second, processor seconds of the validators
// alone and of broker and database. Then what a rebalance costs: a member that joins, one that is told to end, one that is
// killed, in seconds until all partitions have their reader. BASELINE.md has the figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, stackStatus, startStack, stopStack } from '@millrace/local-stack';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { ensureTopics } from '@millrace/shared/adapters/kafka/topics';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { migrate } from '@millrace/shared/adapters/postgres/migrate';
import { aSession } from '@millrace/shared/testing/a-session';
import { silentLogger } from '@millrace/shared/testing/silent';
import { figureOf, type ServiceProcess, startService, until } from '../e2e/service-process.ts';
import { sessionRecord } from '../packages/cli/src/publish/session-record.ts';
import { processorSeconds, withChildren } from './processor-time.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '20000' },
    members: { type: 'string', default: '1,2,4' },
  },
});
const sessions = Number(values.sessions);
const partitions = 12;
const state = mkdtempSync(path.join(tmpdir(), 'millrace-scale-'));
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const round = (value: number): number => Math.round(value * 100) / 100;
const seconds = (since: number): number => round((performance.now() - since) / 1000);

const figures = (members: readonly ServiceProcess[], metric: string): Promise<readonly number[]> =>
  Promise.all(members.map((one) => figureOf(one, metric)));
const total = async (members: readonly ServiceProcess[], metric: string): Promise<number> =>
  (await figures(members, metric)).reduce((a, b) => a + b, 0);

/** Every member reads its share, and all partitions are read. */
const shared = (members: readonly ServiceProcess[]): Promise<void> =>
  until('partitions are shared out', async () => {
    const counts = await figures(members, 'millrace_consumer_assigned_partitions');
    return counts.every((n) => n > 0) && counts.reduce((a, b) => a + b, 0) === partitions;
  });

async function backlog(name: string, brokers: string, server: string) {
  const databaseUrl = await createDatabase(server, name);
  const env = {
    ...process.env,
    KAFKA_BROKERS: brokers,
    DATABASE_URL: databaseUrl,
    KAFKA_TOPIC_PREFIX: `${name}.`,
    MILLRACE_HTTP_PORT: '0',
    MILLRACE_HTTP_HOST: '127.0.0.1',
    MILLRACE_API_PORT: '0',
  };
  const environment = readEnvironment(env);
  await migrate(databaseUrl);
  await ensureTopics(environment, { logger: silentLogger });
  const bus = kafkaBus(environment, { name: 'bench', logger: silentLogger });
  for (let from = 0; from < sessions; from += 500)
    await bus.publish(
      Array.from({ length: Math.min(500, sessions - from) }, (_, i) => {
        const text = JSON.stringify(aSession({ id: `s-${from + i}` }));
        return sessionRecord(Buffer.from(text), 'bench', Date.now());
      }),
    );
  await bus.close();
  const ingestor = startService('ingestor', env);
  const sql = connect(databaseUrl);
  const stored = async (): Promise<number> => {
    const [row] = await sql`
      select (select count(*) from sessions) - (select count(*) from outbox) as n`;
    return Number(row?.['n']);
  };
  await until('the backlog is stored', async () => (await stored()) >= sessions, 600);
  await ingestor.terminate();
  return { env, sql };
}

const servers = await startStack({ say, state });
try {
  const { broker, database } = await stackStatus({ state });
  const used = (): readonly number[] => [
    processorSeconds([broker?.pid]),
    processorSeconds(withChildren(database?.pid)),
  ];
  for (const count of values.members.split(',').map(Number)) {
    const place = await backlog(`scale_${count}`, servers.kafkaBrokers, servers.databaseUrl);
    const { env, sql } = place;
    const judged = async (): Promise<number> => {
      const [row] = await sql`select count(*)::int as n from verdicts`;
      return Number(row?.['n']);
    };
    const members = Array.from({ length: count }, () => startService('validator', env));
    await shared(members);
    const begun = performance.now();
    const joinsBefore = await total(members, 'millrace_consumer_rebalances_total');
    const before = await judged();
    const serversBefore = used();
    const cpuBefore = processorSeconds(members.map(({ child }) => child.pid));
    await until('all is judged', async () => (await judged()) >= sessions, 600);
    const took = seconds(begun);
    const cpu = round(processorSeconds(members.map(({ child }) => child.pid)) - cpuBefore);
    const [brokerCpu = 0, databaseCpu = 0] = used().map((now, i) =>
      round(now - (serversBefore[i] ?? 0)),
    );
    const done = sessions - before;
    process.stdout.write(
      `${JSON.stringify({
        validators: count,
        sessions: done,
        seconds: took,
        sessions_per_second: Math.round(done / took),
        validators_cpu_seconds: cpu,
        sessions_per_cpu_second: Math.round(done / cpu),
        broker_cpu_seconds: brokerCpu,
        database_cpu_seconds: databaseCpu,
        joins: (await total(members, 'millrace_consumer_rebalances_total')) - joinsBefore,
        retries: await total(members, 'millrace_stage_retries_total'),
      })}\n`,
    );
    if (count === 2) await rebalances(members, env);
    for (const member of members) member.child.kill('SIGKILL');
    await Promise.all(members.map(({ ended }) => ended));
    await sql.end();
  }
} finally {
  await servers.stop();
  await stopStack({ say, state });
  rmSync(state, { recursive: true, force: true });
}

/** How long partitions are without their reader when a third member comes, ends and is killed. */
async function rebalances(two: readonly ServiceProcess[], env: NodeJS.ProcessEnv): Promise<void> {
  const joins = async (): Promise<{ third: ServiceProcess; took: number }> => {
    const third = startService('validator', env);
    await third.line('"msg":"started"');
    const begun = performance.now();
    await shared([...two, third]);
    return { third, took: seconds(begun) };
  };
  const first = await joins();
  let begun = performance.now();
  await Promise.all([first.third.terminate(), shared(two)]);
  const told = seconds(begun);
  const second = await joins();
  begun = performance.now();
  second.third.child.kill('SIGKILL');
  await shared(two);
  const killed = seconds(begun);
  process.stdout.write(`${JSON.stringify({ joined: first.took, told, killed })}\n`);
}
