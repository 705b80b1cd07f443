import { readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestName, readFolderManifest } from '../../domain/folder-manifest.ts';
import type { ModelStore } from '../../ports/model-store.ts';

export interface FolderUpload {
  /**
   * File by file, the manifest last: cut off anywhere, nothing is there to be read. Called again after an error it goes on
   * with the file that failed.
   */
  run(signal?: AbortSignal): Promise<void>;
}

/** Puts a folder that holds its MANIFEST.json under an address of a store. @throws RangeError when the manifest is none */
export function folderUpload(
  store: ModelStore,
  { folder, address }: { readonly folder: string; readonly address: string },
): FolderUpload {
  const files = readFolderManifest(readFileSync(path.join(folder, manifestName), 'utf8'));
  const waiting = [...files.map((file) => file.path), manifestName];
  return {
    run: async (signal) => {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        await store.put(`${address}/${next}`, path.join(folder, next), signal);
        waiting.shift();
      }
    },
  };
}

/** Takes a folder out of a store, its manifest first: what is cut off is no folder any more. */
export async function removeFolder(
  store: ModelStore,
  address: string,
  signal?: AbortSignal,
): Promise<void> {
  const files = (await store.list(address, signal)).map((file) => file.address);
  const isManifest = (file: string): boolean => file.endsWith(`/${manifestName}`);
  for (const file of [...files.filter(isManifest), ...files.filter((file) => !isManifest(file))])
    await store.remove(file, signal);
}
