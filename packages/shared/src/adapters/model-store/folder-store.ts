import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { TransientError } from '../../domain/errors.ts';
import type { ModelStore, StoredFile } from '../../ports/model-store.ts';

/** A folder of this machine, or of a volume that several share. */
export function folderStore(root: string): ModelStore {
  return {
    kind: 'folder',
    root: path.resolve(root),
    put: (address, file, signal) =>
      translated(address, async () => {
        signal?.throwIfAborted();
        await mkdir(path.dirname(address), { recursive: true });
        await copied(file, address);
      }),
    get: (address, file, signal) =>
      translated(address, async () => {
        signal?.throwIfAborted();
        try {
          await copyFile(address, file);
          return true;
        } catch (error) {
          if (isMissing(error)) return false;
          throw error;
        }
      }),
    list: (address, signal) =>
      translated(address, async () => {
        signal?.throwIfAborted();
        const found = await readdir(address, { recursive: true, withFileTypes: true }).catch(
          (error: unknown) => {
            if (isMissing(error)) return [];
            throw error;
          },
        );
        const files = found
          .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
          .map((entry) => path.join(entry.parentPath, entry.name))
          .sort();
        return (await Promise.all(files.map(sized))).flat();
      }),
    remove: (address, signal) =>
      translated(address, async () => {
        signal?.throwIfAborted();
        await rm(address, { force: true });
      }),
  };
}

/** Nothing for a file that somebody has removed meanwhile. */
async function sized(address: string): Promise<readonly StoredFile[]> {
  try {
    return [{ address, bytes: (await stat(address)).size }];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Under another name first, and on the disk before it gets its own. */
async function copied(file: string, address: string): Promise<void> {
  const partial = path.join(path.dirname(address), `.${randomUUID()}.part`);
  try {
    await copyFile(file, partial);
    const handle = await open(partial, 'r');
    await handle.sync().finally(() => handle.close());
    await rename(partial, address);
  } finally {
    await rm(partial, { force: true });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function translated<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause;
    throw new TransientError(
      'MILLRACE_RESOURCE_MODEL_STORE',
      `the model store cannot be used at ${address}: ${cause.code}`,
      { cause },
    );
  }
}
