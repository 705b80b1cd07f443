import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readStackSettings, setEnvironment } from '../config.ts';
import { type Stack, startStack } from '../stack.ts';
import { waitUntil } from '../wait.ts';
import { leftoversOf, RUN_MARK } from './leftovers.ts';
import { findPgBouncer, type PgBouncer, startPgBouncer } from './pgbouncer.ts';

/**
 * Global set-up of the vitest projects `int` and `e2e`: a broker and a database of their own, beside those of `millrace up`, so that a test which kills a broker disturbs nobody.
 * Tests read KAFKA_BROKERS and DATABASE_URL from their environment; where both are set already, nothing is started.
 * MILLRACE_TEST_POOLER=1 puts PgBouncer before the database, in transaction mode, for all of them.
 */
export async function setup(): Promise<() => Promise<void>> {
  const settings = readStackSettings();
  const run = setEnvironment(RUN_MARK, randomUUID());
  const stack = await startStack({ say, state: path.join(settings.state, 'test') });
  const pooler = settings.testPooler ? await poolerBefore(stack) : undefined;
  setEnvironment('KAFKA_BROKERS', stack.kafkaBrokers);
  setEnvironment('DATABASE_URL', pooler?.url ?? stack.databaseUrl);
  return async () => {
    await pooler?.stop();
    await teardown(stack, run);
  };
}

async function poolerBefore(stack: Stack): Promise<PgBouncer> {
  const program = await findPgBouncer();
  if (typeof program === 'string') throw new Error(program);
  return startPgBouncer(program, stack.databaseUrl, { poolSize: 4 });
}

/** @throws when a process of the run still lives 3 s after the end; it is killed, so that nothing piles up */
async function teardown(stack: Stack, run: string): Promise<void> {
  await stack.stop();
  if (await waitUntil(() => leftoversOf(run).length === 0, { timeoutMs: 3000 })) return;
  const leftovers = leftoversOf(run);
  for (const { pid } of leftovers) process.kill(pid, 'SIGKILL');
  const list = leftovers.map(({ pid, command }) => `  ${pid} ${command}`);
  throw new Error(`the tests left processes behind:\n${list.join('\n')}`);
}

function say(line: string): void {
  process.stderr.write(`millrace: ${line}\n`);
}
