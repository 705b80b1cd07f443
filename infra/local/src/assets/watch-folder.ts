import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 5_000;

/**
 * Tells every 5 s how much a folder holds, for as long as `work` takes: how far a download is whose program says
 * nothing.
 */
export async function watchFolder<T>(
  folder: string,
  tell: (megabytes: number) => void,
  work: Promise<T>,
  everyMs = EVERY_MS,
): Promise<T> {
  const timer = setInterval(() => tell(Math.round(bytesIn(folder) / 1e6)), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

function bytesIn(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false }); // files come and go
    return found?.isFile() ? found.size : 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
