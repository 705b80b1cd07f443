import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from './buildah.ts';

/**
 * overlay where this kernel mounts one, else vfs, which copies the whole image for each step: 23 GB for the first service
 * (2026-11-26), 2 with overlay.
 */
export async function storageDriver(
  folder: string,
  signal: AbortSignal,
): Promise<'overlay' | 'vfs'> {
  const place = path.join(folder, 'try');
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) =>
    path.join(place, name),
  );
  for (const one of [lower, upper, work, merged]) mkdirSync(one ?? place, { recursive: true });
  const how = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  const mount = ['-t', 'overlay', 'overlay', '-o', how, merged ?? ''];
  const { code } = await runToEnd('mount', mount, signal);
  if (code === 0) await runToEnd('umount', [merged ?? ''], signal);
  rmSync(place, { recursive: true, force: true });
  return code === 0 ? 'overlay' : 'vfs';
}
