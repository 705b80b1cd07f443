import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds images and runs commands in them, without a container engine: chroot isolation, images in a folder. */
export interface Buildah {
  /** @throws ImageError with the last lines of what it said */
  run(...args: readonly string[]): Promise<string>;
  /** The same, as it ended. */
  try(...args: readonly string[]): Promise<Ended>;
  /** What starts it, for who wants the process itself. */
  command(...args: readonly string[]): readonly [program: string, args: readonly string[]];
}

/** An image is not as it should be, or could not be built. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

interface BuildahOptions {
  /** Of images and containers. */
  readonly folder: string;
  readonly driver: 'overlay' | 'vfs';
  readonly signal: AbortSignal;
}

export function buildahIn({ folder, driver, signal }: BuildahOptions): Buildah {
  const common = [
    ...['--root', path.join(folder, 'storage'), '--runroot', path.join(folder, 'run')],
    ...['--storage-driver', driver],
  ];
  const command = (...args: readonly string[]) => ['buildah', [...common, ...args]] as const;
  const attempt = async (...args: readonly string[]) => await runToEnd(...command(...args), signal);
  return {
    command,
    try: attempt,
    run: async (...args) => {
      const { code, stdout, stderr } = await attempt(...args);
      if (code === 0) return stdout.trim();
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
      throw new ImageError(`buildah ${args[0]} ended with ${code}:\n${said}`);
    },
  };
}

/** Runs a program to its end; the signal ends it. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Ended> {
  signal.throwIfAborted();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return { code, ...texts };
  } finally {
    signal.removeEventListener('abort', end);
  }
}
