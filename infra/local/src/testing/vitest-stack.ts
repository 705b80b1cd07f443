import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readStackSettings, setEnvironment } from '../config.ts';
import { type Stack, startStack } from '../stack.ts';
import { waitUntil } from '../wait.ts';
import { leftoversOf, RUN_MARK } from './leftovers.ts';

/**
 * Global set-up of the vitest projects `int` and `e2e`: a broker and a database of their own, beside those of `millrace up`, so that a test which kills a broker disturbs nobody.
 * Tests read KAFKA_BROKERS and DATABASE_URL from their environment; where both are set already, nothing is started.
 */
export async function setup(): Promise<() => Promise<void>> {
  const settings = readStackSettings();
  const run = setEnvironment(RUN_MARK, randomUUID());
  const stack = await startStack({ say, state: path.join(settings.state, 'test') });
  setEnvironment('KAFKA_BROKERS', stack.kafkaBrokers);
  setEnvironment('DATABASE_URL', stack.databaseUrl);
  return () => teardown(stack, run);
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
