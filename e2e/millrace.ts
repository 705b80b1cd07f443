import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDatabase, dropDatabase } from '@millrace/local-stack';
import { writeTinyLlama } from '../services/trainer/src/testing/tiny-llama.ts';

const checkout: string = path.resolve(import.meta.dirname, '..');
export const samples: string = path.join(checkout, 'samples/sessions.jsonl');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of the product, as a user would start it, and its output so far. */
export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr holds the text; rejects when the command ends before. */
  saw(text: string): Promise<void>;
}

/** Starts `millrace ARGS` with these variables; a variable set to undefined is left out. */
export function millrace(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const child = spawn(process.execPath, ['packages/cli/src/main.ts', ...args], {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stderr.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without saying "${text}":\n${stderr}`)));
      }),
  };
}

/** A fleet that meets no other: state folder, database, topics and settings of its own. */
export interface Place {
  readonly stateFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** On servers of its own: there from `up` on. */
  readonly databaseUrl: string;
  /** Runs a command there. @throws Error with its output when it does not end with the code expected */
  run(args: readonly string[], code?: number): Promise<Ended>;
  /** Process id of a service; undefined when it has none. */
  pidOf(service: string): number | undefined;
  remove(): Promise<void>;
}

/** On the test's servers, or, so that a test may end these, on a broker and a database that `up` starts. */
export async function place(
  training: Readonly<Record<string, number>> = {},
  storage: Readonly<Record<string, string>> = {},
  servers: 'shared' | 'own' = 'shared',
): Promise<Place> {
  const server = process.env['DATABASE_URL'] ?? '';
  const name = `e2e_${randomUUID().slice(0, 8)}`;
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'millrace-e2e-'));
  const config = path.join(stateFolder, 'settings.yaml');
  mkdirSync(path.join(stateFolder, 'data'));
  writeFileSync(
    config,
    JSON.stringify({
      storage: {
        data_dir: `${stateFolder}/data`,
        model_dir: `${stateFolder}/models`,
        ...storage,
      },
      training,
    }),
  );
  const databaseUrl = servers === 'own' ? undefined : await createDatabase(server, name);
  const env = {
    // small enough to be trained and measured in seconds; the embedding model is the real one
    MILLRACE_LLM_BASE_MODEL: writeTinyLlama(path.join(stateFolder, 'tiny-llama')),
    DATABASE_URL: databaseUrl,
    ...(servers === 'own' && { KAFKA_BROKERS: undefined }),
    KAFKA_TOPIC_PREFIX: `${name}.`,
    MILLRACE_STATE: stateFolder,
    MILLRACE_CONFIG: config,
  };
  return {
    stateFolder,
    env,
    get databaseUrl() {
      return databaseUrl ?? startedDatabase(stateFolder);
    },
    run: async (args, code = 0) => {
      const result = await millrace(args, env).ended;
      if (result.code === code) return result;
      throw new Error(
        `millrace ${args.join(' ')} ended with ${result.code}\n${result.stderr}${result.stdout}`,
      );
    },
    pidOf: (service) => {
      try {
        const record: { pid?: number } = JSON.parse(
          readFileSync(`${stateFolder}/services/${service}.json`, 'utf8'),
        );
        return record.pid;
      } catch {
        return undefined;
      }
    },
    remove: async () => {
      await millrace(['down'], env).ended;
      if (databaseUrl !== undefined) await dropDatabase(server, name);
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

/** The database that `up` has started for this folder. */
function startedDatabase(stateFolder: string): string {
  const fleet: { databaseUrl?: string } = JSON.parse(
    readFileSync(`${stateFolder}/fleet.json`, 'utf8'),
  );
  return fleet.databaseUrl ?? '';
}
