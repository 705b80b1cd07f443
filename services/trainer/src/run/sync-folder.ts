import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Make the names in a folder durable: a rename is on the disk only when its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
