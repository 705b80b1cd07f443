import os from 'node:os';
import path from 'node:path';
import { parsePort } from './port.ts';

/** Where the stack keeps its things and what it must use; read once from the environment. */
export interface StackSettings {
  /** Folder of this checkout. */
  readonly checkout: string;
  /** MILLRACE_STATE, default `<checkout>/.millrace`: data, logs, process records. */
  readonly state: string;
  /** MILLRACE_CACHE, default `${XDG_CACHE_HOME:-$HOME/.cache}/millrace`: what was downloaded or can be made again. */
  readonly cache: string;
  /** KAFKA_BROKERS: use this broker and start none. */
  readonly kafkaBrokers: string | undefined;
  /** DATABASE_URL: use this database and start none. */
  readonly databaseUrl: string | undefined;
  /** MILLRACE_KAFKA_PORT and MILLRACE_POSTGRES_PORT: fixed ports; otherwise free ones are chosen and kept. */
  readonly kafkaPort: number | undefined;
  readonly postgresPort: number | undefined;
  readonly javaHome: string | undefined;
  readonly searchPath: readonly string[];
  /** MILLRACE_OFFLINE=1: nothing is downloaded. */
  readonly offline: boolean;
  /** MILLRACE_TEST_POOLER=1: tests reach their database through PgBouncer. */
  readonly testPooler: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws StackError (exit code 2) naming the variable that cannot be used */
export function readStackSettings(env: Environment = process.env): StackSettings {
  const checkout = path.resolve(import.meta.dirname, '../../..');
  const home = env['HOME'] || os.homedir();
  return {
    checkout,
    state: path.resolve(env['MILLRACE_STATE'] || path.join(checkout, '.millrace')),
    cache: path.resolve(
      env['MILLRACE_CACHE'] ||
        path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'millrace'),
    ),
    kafkaBrokers: env['KAFKA_BROKERS'] || undefined,
    databaseUrl: env['DATABASE_URL'] || undefined,
    kafkaPort: parsePort('MILLRACE_KAFKA_PORT', env['MILLRACE_KAFKA_PORT']),
    postgresPort: parsePort('MILLRACE_POSTGRES_PORT', env['MILLRACE_POSTGRES_PORT']),
    javaHome: env['JAVA_HOME'] || undefined,
    searchPath: (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    offline: env['MILLRACE_OFFLINE'] === '1',
    testPooler: env['MILLRACE_TEST_POOLER'] === '1',
  };
}

/** This process's environment with some variables set, for a child. */
export function environmentWith(extra: Environment): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}

/** Sets a variable of this process, for its children, unless it is set already. Gives back the value that counts. */
export function setEnvironment(name: string, value: string): string {
  process.env[name] ||= value;
  return process.env[name];
}
