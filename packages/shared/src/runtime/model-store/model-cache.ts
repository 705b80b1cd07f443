import { constants, existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../../contracts/settings.ts';
import {
  type ManifestFile,
  manifestName,
  readFolderManifest,
} from '../../domain/folder-manifest.ts';
import type { ModelStore } from '../../ports/model-store.ts';
import { fetchFolder } from './fetch-folder.ts';
import { fileSha256 } from './file-sha256.ts';

export interface WantedModel {
  readonly address: string;
  readonly manifestSha256: string;
}

export interface CachedModel {
  readonly folder: string;
  /** 0 when everything was here. */
  readonly fetched: number;
}

/** The champion, the one before, and two more of another line. */
const kept = 4;

export const cacheFolderOf = ({ storage }: Pick<Settings, 'storage'>): string =>
  path.resolve(storage.cache_dir ?? path.join(storage.data_dir, 'cache'), 'models');

/**
 * The model's folder on this machine, by its manifest's hash: every file is compared with its hash at each call, what is
 * missing or changed is fetched, and a file that another cached model holds too is copied. The four used last are kept.
 * One process at a time may fetch a model: runners of one line never run together.
 */
export async function cachedModel(
  store: ModelStore,
  cache: string,
  { address, manifestSha256, signal }: WantedModel & { readonly signal?: AbortSignal },
): Promise<CachedModel> {
  const folder = path.join(cache, manifestSha256);
  const known = await knownFiles(cache);
  const fetched = (await isWhole(folder, manifestSha256))
    ? 0
    : await fetchFolder(store, {
        address,
        manifestSha256,
        folder,
        known: async ({ sha256 }) => known.get(sha256) ?? null,
        ...(signal && { signal }),
      });
  utimesSync(folder, new Date(), new Date());
  for (const old of [...foldersOf(cache).slice(kept), ...abandoned(cache)])
    await rm(old, { recursive: true, force: true });
  return { folder, fetched };
}

/** Moves a folder that was written here into the cache, where the next training looks for it. @returns its place there */
export async function keepModel(
  cache: string,
  folder: string,
  manifestSha256: string,
): Promise<string> {
  const target = path.join(cache, manifestSha256);
  await mkdir(cache, { recursive: true });
  await rm(target, { recursive: true, force: true });
  await cp(folder, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await rm(folder, { recursive: true });
  return target;
}

async function isWhole(folder: string, manifestSha256: string): Promise<boolean> {
  if ((await fileSha256(path.join(folder, manifestName))) !== manifestSha256) return false;
  for (const { path: name, sha256 } of await filesOf(folder))
    if ((await fileSha256(path.join(folder, name))) !== sha256) return false;
  return true;
}

/** Files of the cached models by hash, as their manifests say; whoever takes one checks it. */
async function knownFiles(cache: string): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  for (const folder of foldersOf(cache))
    for (const { path: name, sha256 } of await filesOf(folder))
      known.set(sha256, path.join(folder, name));
  return known;
}

async function filesOf(folder: string): Promise<readonly ManifestFile[]> {
  try {
    return readFolderManifest(await readFile(path.join(folder, manifestName), 'utf8'));
  } catch {
    return []; // cut off or damaged: nothing of it is used
  }
}

/** What was begun and not finished within a day. */
const abandoned = (cache: string): readonly string[] =>
  readdirSync(cache)
    .filter((name) => name.endsWith('.part'))
    .map((name) => path.join(cache, name))
    .filter((folder) => statSync(folder).mtimeMs < Date.now() - 86_400_000);

/** Cached models, the one used last first. */
const foldersOf = (cache: string): readonly string[] =>
  existsSync(cache)
    ? readdirSync(cache)
        .filter((name) => /^[0-9a-f]{64}$/.test(name))
        .map((name) => path.join(cache, name))
        .map((folder) => ({ folder, usedAt: statSync(folder).mtimeMs }))
        .sort((a, b) => b.usedAt - a.usedAt)
        .map(({ folder }) => folder)
    : [];
