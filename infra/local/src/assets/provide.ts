import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './config.ts';
import { withLock } from './process-lock.ts';
import type { Say } from './wheel.ts';

/** The folder `name` of the cache when it is there, which means whole. */
export function cached(name: string): string | undefined {
  const folder = join(cacheFolder(), name);
  return existsSync(folder) ? folder : undefined;
}

/**
 * The folder `name` of the cache, made by `fill` when it is not there yet. `fill` works in a folder of another name that
 * is renamed when it is whole: a folder under its own name is never half done. Of several processes one fills, the
 * others wait for it.
 * @returns the folder's path
 */
export async function provide(
  name: string,
  say: Say,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (cached(name)) return folder;
  const lock = join(cacheFolder(), '.locks', name);
  const waits = (pid: number) => say(`waiting for process ${pid}, which fetches ${name}`);
  await withLock(
    lock,
    async () => {
      if (existsSync(folder)) return;
      const partial = `${folder}.part`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      try {
        await fill(partial);
        renameSync(partial, folder);
      } finally {
        rmSync(partial, { recursive: true, force: true });
      }
    },
    waits,
  );
  return folder;
}

/** Talk goes to stderr: stdout belongs to data. */
export const sayOnStderr: Say = (line) => {
  process.stderr.write(`millrace: ${line}\n`);
};
