import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from '@millrace/local-stack/processes';

/**
 * overlay where this kernel mounts one, else vfs, which copies the whole image for each step: 23 GB for the first service
 * (2026-11-26), 2 with overlay.
 */
export async function storageDriver(
  folder: string,
  signal: AbortSignal,
): Promise<'overlay' | 'vfs'> {
  const place = path.join(folder, 'try');
  const folderOf = (name: string): string => {
    const made = path.join(place, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const merged = folderOf('merged');
  const how = `lowerdir=${folderOf('lower')},upperdir=${folderOf('upper')},workdir=${folderOf('work')}`;
  const mount = ['-t', 'overlay', 'overlay', '-o', how, merged];
  const { code } = await run('mount', mount, { signal });
  if (code === 0) await run('umount', [merged], { signal });
  rmSync(place, { recursive: true, force: true });
  return code === 0 ? 'overlay' : 'vfs';
}
