import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cachedTensorflow } from '@millrace/local-stack/assets';
import { z } from 'zod';
import { writeTinyLlama } from './tiny-llama.ts';
import { writeTinyModel } from './tiny-model.ts';

const main = path.join(import.meta.dirname, '../main.ts');
const line = z.looseObject({ msg: z.string() });
export type Line = z.infer<typeof line>;

/** A folder for a runner: tiny base models, and settings with a short lease and frequent checkpoints. @param storage more of that section */
export function runnerFolder(storage: object = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-runner-'));
  writeTinyModel(path.join(folder, 'base', 'tiny'));
  writeTinyLlama(path.join(folder, 'base', 'tiny-llama'));
  const settings = {
    validation: { min_embedding_dim: 8 },
    embedding: { embedding_model: 'tiny' },
    llm: { base_model: 'tiny-llama', batch_tokens: 600, sample_tokens: 2 },
    training: { lease_seconds: 2, checkpoint_steps: 4, training_batch_size: 8, max_attempts: 5 },
    storage: {
      data_dir: path.join(folder, 'data'),
      model_dir: path.join(folder, 'models'),
      models_root_dir: path.join(folder, 'base'),
      ...storage,
    },
  };
  writeFileSync(path.join(folder, 'settings.yaml'), JSON.stringify(settings)); // JSON is YAML
  return folder;
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** A runner that was started, and what it says. */
export interface Program {
  readonly process: ChildProcess;
  readonly lines: readonly Line[];
  /** Resolves at the first line that fits, one that was said already too. */
  until(fits: (found: Line) => boolean): Promise<Line>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface RunnerPlace {
  readonly databaseUrl: string;
  readonly folder: string;
}

export function startRunnerProgram(
  { databaseUrl, folder }: RunnerPlace,
  ...flags: readonly string[]
): Program {
  const child = spawn(process.execPath, [main, 'runner', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
      MILLRACE_HTTP_PORT: '0',
      MILLRACE_TENSORFLOW: cachedTensorflow() ?? '',
    },
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const input = createInterface(child.stderr ?? process.stdin);
  input.on('line', (text) => {
    const parsed = text.startsWith('{') ? line.safeParse(JSON.parse(text)) : null;
    lines.push(parsed?.data ?? { msg: text });
    for (const look of waiting) look();
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
      for (const look of waiting) look();
    });
  });
  return {
    process: child,
    lines,
    ended,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits);
          if (found) resolve(found);
          else if (child.exitCode === null && child.signalCode === null) return;
          else
            reject(
              new Error(`the runner ended: ${lines.map((l) => JSON.stringify(l)).join('\n')}`),
            );
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** The step of a line that tells of a training step, or -1. */
export const stepOf = (found: Line): number =>
  found['phase'] === 'train' ? Number(found['step']) : -1;

/** Whether a process is there and no zombie, which a container's first process may never collect. */
export function runs(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}
