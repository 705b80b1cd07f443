import path from 'node:path';
import { type Ended, run } from '@millrace/local-stack/processes';

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
  const attempt = (...args: readonly string[]) => run(...command(...args), { signal });
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
