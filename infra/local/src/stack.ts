import path from 'node:path';
import {
  adoptBroker,
  type BrokerAdditions,
  findBroker,
  startBroker,
  stopBroker,
} from './broker.ts';
import { readStackSettings, type StackSettings } from './config.ts';
import { findJava } from './find-java.ts';
import { ensureJars } from './jars.ts';
import { isBrokerReady } from './kafka-probe.ts';
import { withLock } from './lock.ts';
import {
  adoptPostgres,
  findPostgres,
  isPostgresReady,
  startPostgres,
  stopPostgres,
  urlOf,
} from './postgres.ts';
import { StackError } from './stack-error.ts';
import { enterAsUser, forgetUsers, isUnused, keep } from './users.ts';

export interface StackOptions {
  /** Gets one line for each thing that takes time. */
  readonly say: (line: string) => void;
  /** Folder for data, logs and process records; default MILLRACE_STATE, or `.millrace` in the checkout. */
  readonly state?: string;
  /** The stack outlives its users, until stopStack: what `millrace up` wants. */
  readonly keep?: boolean;
  /** For a broker in a state folder of its own: one that is there already stays as it is. */
  readonly broker?: BrokerAdditions;
  /** Ends the start early; what it had started is ended too. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  /** host:port, comma-separated. */
  readonly kafkaBrokers: string;
  readonly databaseUrl: string;
  /** False when a healthy one was there already, or KAFKA_BROKERS names another. */
  readonly startedBroker: boolean;
  /** False when a healthy one was there already, or DATABASE_URL names another. */
  readonly startedDatabase: boolean;
  /** This user goes; the last one ends the broker, then the database, unless the stack is kept. May be called twice. */
  readonly stop: () => Promise<void>;
}

export interface ServerStatus {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export interface StackStatus {
  /** Addresses to use now: from the environment, else of our own running servers; undefined when there is neither. */
  readonly kafkaBrokers: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly broker: ServerStatus | undefined;
  readonly database: ServerStatus | undefined;
}

/**
 * A broker and a database on this machine, ready to use: those of an earlier start when they are healthy, else new ones.
 * KAFKA_BROKERS and DATABASE_URL each replace their half. Two starts at once: the second waits and finds what the first has made.
 * Cost: 3 s the first time (after the downloads), 1 s later, 20 ms when both are there.
 * @throws StackError one sentence, with the last lines of the log where a server wrote one
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const settings = settingsFor(options.state);
  const leave = enterAsUser(settings.state);
  const stop = async () => {
    leave();
    await locked(settings, { say: options.say }, async () => {
      if (isUnused(settings.state)) await endServers(settings);
    });
  };
  try {
    return await locked(settings, options, async () => {
      const [broker, database] = await both(
        startBrokerHalf(settings, options),
        startDatabaseHalf(settings, options),
      );
      if (options.keep) keep(settings.state);
      return {
        kafkaBrokers: broker.address,
        databaseUrl: database.address,
        startedBroker: broker.started,
        startedDatabase: database.started,
        stop,
      };
    });
  } catch (error) {
    await stop();
    options.signal?.throwIfAborted(); // with the caller's reason, whatever the abort looked like below
    throw error;
  }
}

/** Ends the broker, then the database of a state folder, whoever uses them. Nothing happens when there are none. */
export async function stopStack(options: Pick<StackOptions, 'say' | 'state'>): Promise<void> {
  const settings = settingsFor(options.state);
  await locked(settings, options, async () => {
    forgetUsers(settings.state);
    await endServers(settings);
  });
}

/** What runs now. Changes nothing. */
export async function stackStatus(options: Pick<StackOptions, 'state'> = {}): Promise<StackStatus> {
  const settings = settingsFor(options.state);
  const broker = findBroker(settings.state);
  const database = findPostgres(settings.state);
  return {
    kafkaBrokers: settings.kafkaBrokers ?? (broker && `127.0.0.1:${broker.port}`),
    databaseUrl: settings.databaseUrl ?? (database && urlOf(settings.state, database.port)),
    broker: broker && {
      pid: broker.pid,
      port: broker.port,
      ready: await isBrokerReady(broker.port),
    },
    database: database && {
      pid: database.pid,
      port: database.port,
      ready: await isPostgresReady(database.port),
    },
  };
}

interface Half {
  readonly address: string;
  readonly started: boolean;
}

async function startBrokerHalf(settings: StackSettings, options: StackOptions): Promise<Half> {
  if (settings.kafkaBrokers !== undefined)
    return { address: settings.kafkaBrokers, started: false };
  needsLinux('KAFKA_BROKERS');
  const adopted = await adoptBroker(settings, options.signal);
  if (adopted !== undefined) return { address: adopted, started: false };
  const java = await findJava(settings, options.say);
  const jars = await ensureJars(settings, { ...options, java });
  options.say('starting Kafka');
  return {
    address: await startBroker(settings, {
      ...{ java, jars, signal: options.signal, additions: options.broker },
    }),
    started: true,
  };
}

async function startDatabaseHalf(settings: StackSettings, options: StackOptions): Promise<Half> {
  if (settings.databaseUrl !== undefined) return { address: settings.databaseUrl, started: false };
  needsLinux('DATABASE_URL');
  const adopted = await adoptPostgres(settings, options.signal);
  if (adopted !== undefined) return { address: adopted, started: false };
  options.say('starting Postgres');
  return { address: await startPostgres(settings, options.signal), started: true };
}

/** Waits for both even when one fails, so that the other can be ended; all causes in one error. */
async function both(broker: Promise<Half>, database: Promise<Half>): Promise<[Half, Half]> {
  const failures: unknown[] = [];
  const note = (error: unknown) => {
    failures.push(error);
    return undefined;
  };
  const [kafka, postgres] = await Promise.all([broker.catch(note), database.catch(note)]);
  if (kafka && postgres) return [kafka, postgres];
  if (failures.length === 1) throw failures[0];
  const messages = failures.map((failure) =>
    failure instanceof Error ? failure.message : failure,
  );
  throw new StackError(messages.join('\n'), { cause: failures[0] });
}

async function endServers(settings: StackSettings): Promise<void> {
  await stopBroker(settings);
  await stopPostgres(settings);
}

function locked<T>(
  settings: StackSettings,
  options: Pick<StackOptions, 'say' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(`the stack in ${settings.state}`, work, {
    signal: options.signal,
    onWait: () =>
      options.say('waiting: another millrace starts or stops the broker and the database'),
  });
}

function settingsFor(state: string | undefined): StackSettings {
  const settings = readStackSettings();
  return state === undefined ? settings : { ...settings, state: path.resolve(state) };
}

/** Processes are told apart through /proc. */
function needsLinux(variable: string): void {
  if (process.platform === 'linux') return;
  throw new StackError(
    `a broker and a database of its own need Linux: set ${variable}, or use containers: docker compose up`,
  );
}
