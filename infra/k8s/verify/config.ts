import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** What to do and where; read once from the command line and the environment. */
export interface VerifySettings {
  /** Build the programs first; without it a run needs them in the cache. */
  readonly build: boolean;
  /** Without KEDA, Kafka and Postgres. */
  readonly fast: boolean;
  /** The result as one JSON document on stdout, the talk on stderr. */
  readonly json: boolean;
  /** Folder of everything that was fetched or built. */
  readonly cache: string;
  /** Folder of this run's logs, certificates and data. */
  readonly state: string;
  readonly checkout: string;
  readonly searchPath: readonly string[];
  /** Nothing may be fetched: MILLRACE_OFFLINE=1. */
  readonly offline: boolean;
  /** A line may be redrawn on stderr. */
  readonly redraw: boolean;
}

/**
 * @param argv arguments after the program's name
 * @throws TypeError for an option that there is not
 */
export function readSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): VerifySettings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      build: { type: 'boolean', default: false },
      fast: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const checkout = path.resolve(import.meta.dirname, '../../..');
  const caches = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || os.homedir(), '.cache');
  const state = path.resolve(env['MILLRACE_STATE'] || path.join(checkout, '.millrace'));
  return {
    ...values,
    cache: path.resolve(env['MILLRACE_CACHE'] || path.join(caches, 'millrace')),
    state: path.join(state, 'verify-k8s'),
    checkout,
    searchPath: (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    offline: env['MILLRACE_OFFLINE'] === '1',
    redraw: process.stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'],
  };
}

/** This process's environment with some variables set, for a child. */
export function environmentWith(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}

/**
 * Takes a broker and a database that the environment names out of it: records and rows are written here, and never into
 * somebody's own.
 */
export function forgetServersOfOthers(): void {
  for (const name of Object.keys(process.env))
    if (/^(KAFKA_|DATABASE_URL|MILLRACE_(KAFKA|POSTGRES)_PORT)/.test(name))
      delete process.env[name];
}
