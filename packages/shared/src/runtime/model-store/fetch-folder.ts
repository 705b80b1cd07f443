import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../domain/errors.ts';
import {
  type ManifestFile,
  manifestName,
  readFolderManifest,
} from '../../domain/folder-manifest.ts';
import type { ModelStore } from '../../ports/model-store.ts';
import { fileSha256 } from './file-sha256.ts';

export interface FolderWish {
  readonly address: string;
  /** Hash of its manifest; null: any manifest will do. */
  readonly manifestSha256: string | null;
  /** Made anew; its parent too. */
  readonly folder: string;
  /** A local file with these bytes, if one is known: it is checked and copied instead of fetched. */
  readonly known?: (file: ManifestFile) => Promise<string | null>;
  readonly signal?: AbortSignal;
}

/** Code of the error that a missing or changed model is. */
export const notTheModel = 'MILLRACE_INPUT_MODEL_CHANGED';

/**
 * Brings a folder of a store here: its manifest, then every file in it, each compared with its hash. The folder appears
 * when it is whole; what a try before this one brought is beside it (`<folder>.part`) and not fetched again.
 * @returns files that were fetched, not counting the manifest
 * @throws UserError when there is no manifest, or a file is not what it says
 */
export async function fetchFolder(store: ModelStore, wish: FolderWish): Promise<number> {
  const { address, folder, signal } = wish;
  const partial = `${folder}.part`;
  await mkdir(partial, { recursive: true });
  const files = await manifestOf(store, wish, path.join(partial, manifestName));
  let fetched = 0;
  for (const file of files) {
    const target = path.join(partial, file.path);
    if ((await fileSha256(target)) === file.sha256) continue;
    await mkdir(path.dirname(target), { recursive: true });
    const own = (await wish.known?.(file)) ?? null;
    if (own !== null) await copyFile(own, target);
    if (own !== null && (await fileSha256(target)) === file.sha256) continue;
    const there = await store.get(`${address}/${file.path}`, target, signal);
    if (!there) throw refusal(`${address}/${file.path} is missing: ${manifestName} names it`);
    fetched += 1;
    await requireHash(`${address}/${file.path}`, target, file.sha256);
  }
  await moveInto(partial, folder);
  return fetched;
}

async function manifestOf(
  store: ModelStore,
  { address, manifestSha256, signal }: FolderWish,
  file: string,
): Promise<readonly ManifestFile[]> {
  const from = `${address}/${manifestName}`;
  if (!(await store.get(from, file, signal)))
    throw refusal(`no model lies at ${address}: it has no ${manifestName}, which is written last`);
  if (manifestSha256 !== null) await requireHash(from, file, manifestSha256);
  try {
    return readFolderManifest(await readFile(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw refusal(`${address}: ${cause.message}`, cause);
  }
}

/** A file of other bytes is thrown away at once: nobody shall take it for the right one. */
async function requireHash(from: string, file: string, expected: string): Promise<void> {
  const found = await fileSha256(file);
  if (found === expected) return;
  await rm(file, { force: true });
  throw refusal(
    `${from} is not what was registered: its sha256 is ${found}, expected ${expected}; put the right file back, or use another model`,
  );
}

/** Of two who bring the same folder, the second leaves the first one's. */
async function moveInto(partial: string, folder: string): Promise<void> {
  if (existsSync(folder)) {
    const old = `${folder}.${randomUUID()}.part`;
    await rename(folder, old);
    await rename(partial, folder);
    await rm(old, { recursive: true, force: true });
    return;
  }
  await rename(partial, folder);
}

const refusal = (message: string, cause?: unknown): UserError =>
  new UserError(notTheModel, message, { cause });
