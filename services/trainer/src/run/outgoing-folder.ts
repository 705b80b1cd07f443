import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * The same files under another folder, without their bytes where the disk allows it: they stay when the first names go.
 * @returns its place below `target`; null when the folder is gone already
 */
export function linkFolder(folder: string, target: string): string | null {
  const place = path.join(target, path.basename(folder));
  rmSync(place, { recursive: true, force: true });
  try {
    mkdirSync(place, { recursive: true });
    for (const name of readdirSync(folder)) link(path.join(folder, name), path.join(place, name));
    return place;
  } catch (error) {
    if (!isGone(error)) throw error;
    rmSync(place, { recursive: true, force: true });
    return null;
  }
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (isGone(error)) throw error;
    copyFileSync(from, to); // a disk without links
  }
}

/** Removes all that lies in a folder but one. */
export function keepOnly(folder: string, kept: string | null): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((each) => path.join(folder, each) !== kept))
    rmSync(path.join(folder, name), { recursive: true, force: true });
}

/** Whether a file was removed while it was looked at. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
