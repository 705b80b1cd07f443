import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createDatabase, startStack, stopStack } from '@millrace/local-stack';
import { freePort, run } from '@millrace/local-stack/processes';
import type { Manifest } from '../../src/typed-manifests.ts';
import { environmentWith, type VerifySettings } from '../config.ts';
import { VerifyError } from '../verify-error.ts';
import { type Broker, openBroker } from './broker.ts';
import type { Certificates } from './certificates.ts';
import { type JobsTable, openJobsTable } from './jobs-table.ts';
import { layOutPod } from './pod-environment.ts';
import { aclsOf, type KafkaUser, securedListener } from './secured-listener.ts';

/** A broker and a database of this run's own, empty at its start. */
export interface Stack {
  /** host:port of the listener that is open, and of the one that asks who comes. */
  readonly openAddress: string;
  readonly securedAddress: string;
  readonly databaseUrl: string;
  readonly broker: Broker;
  readonly jobs: JobsTable;
  close(): Promise<void>;
}

export interface StackOptions {
  readonly settings: VerifySettings;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly certificates: Certificates;
}

/**
 * Starts both by the local stack, the broker with the users and their rights. What was started is ended when a part does not
 * start.
 */
export async function openStack(
  { settings, say, signal, certificates }: StackOptions,
  users: readonly KafkaUser[],
): Promise<Stack> {
  const state = path.join(settings.state, 'stack');
  await stopStack({ say, state }); // of a run that was killed
  rmSync(state, { recursive: true, force: true });
  const port = await freePort([]);
  const additions = securedListener(certificates, port, users);
  const stack = await startStack({ say, state, signal, broker: additions });
  const closers: (() => Promise<void>)[] = [stack.stop];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await createDatabase(stack.databaseUrl, 'verify');
    const broker = await openBroker(stack.kafkaBrokers);
    closers.push(broker.close);
    await broker.allow(aclsOf(users));
    const jobs = openJobsTable(databaseUrl);
    closers.push(jobs.close);
    return {
      ...{ openAddress: stack.kafkaBrokers, securedAddress: `127.0.0.1:${port}` },
      ...{ databaseUrl, broker, jobs, close },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Runs the program of the Job `migrate` by the command, the environment and the files of its pod.
 * @param objects with the Secrets that the pod names
 * @throws VerifyError with what it said
 */
export async function migrateAs(
  objects: readonly Manifest[],
  address: string,
  { settings, signal }: StackOptions,
): Promise<string> {
  const folder = path.join(settings.state, 'pod');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { command, environment } = layOutPod(objects, 'Job/migrate', folder);
  const [program, ...args] = command;
  if (program !== 'node') throw new VerifyError(`its command is ${command.join(' ')}, not node`);
  const { code, stdout, stderr } = await run(process.execPath, args, {
    ...{ cwd: settings.checkout, signal },
    env: environmentWith({ ...environment, KAFKA_BROKERS: address }),
  });
  if (code !== 0) throw new VerifyError(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return args.join(' ');
}
