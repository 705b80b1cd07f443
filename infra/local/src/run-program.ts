import { spawn } from 'node:child_process';
import type { Account } from './server-account.ts';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both as they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Whom it runs as; this process's own unless given. */
  readonly user?: Account | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Ends the program and what it started. */
  readonly signal?: AbortSignal | undefined;
  /** Gets each line of stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end, in a process group of its own that ends with the signal, or with this process.
 * @throws what the signal says, or the error of a program that cannot be run
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const { cwd, user, env, input, signal, onLine } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...user,
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it has ended already
    }
  };
  process.once('exit', end);
  signal?.addEventListener('abort', end);
  try {
    const texts = { stdout: '', stderr: '', output: '' };
    let open = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
      texts.output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
      texts.output += text;
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.stdin.on('error', () => undefined); // it did not want to read: its exit code says the rest
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    return { code, ...texts };
  } finally {
    process.off('exit', end);
    signal?.removeEventListener('abort', end);
  }
}
