import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Sql } from '@millrace/shared/ports/database';
import type { ModelStore, StoredFile } from '@millrace/shared/ports/model-store';
import { removeFolder } from '@millrace/shared/runtime/model-store/publish-folder';
import { ofNoUse } from './ended-jobs.ts';

/** A folder of the model store that attempts at a job have left. */
export interface LeftByJob {
  readonly jobId: string;
  /** Of the attempt whose model it is; null for what all attempts share. */
  readonly token: number | null;
  readonly address: string;
  readonly files: number;
  readonly bytes: number;
}

export interface Stored {
  readonly models: ModelStore;
  readonly settings: Pick<Settings, 'storage'>;
}

/**
 * What attempts at ended jobs have left in the model store: checkpoints and results below `jobs/`, and models that nobody
 * registered. A job that ends in a runner's hands clears its own; one whose last runner was killed is ended by the reaper,
 * who has no store. Jobs that the database does not know stay: they may be another deployment's. Removes nothing.
 */
export async function leftByEndedJobs(
  sql: Sql,
  { models, settings: { storage } }: Stored,
): Promise<readonly LeftByJob[]> {
  const shared = models.kind === 'folder'; // its files lie where runners write them
  const jobs = shared ? path.resolve(storage.data_dir, 'jobs') : `${models.root}/jobs`;
  const lines = shared ? path.resolve(storage.model_dir) : `${models.root}/models`;
  const left = [
    ...foldersIn(await models.list(jobs), jobs, ([jobId]) => jobId && { jobId, depth: 1 }),
    ...foldersIn(await models.list(lines), lines, ([_name, _type, run]) => {
      const [, token, jobId] = /^run-(\d+)-([0-9a-f-]{36})$/.exec(run ?? '') ?? [];
      return jobId && { jobId, token: Number(token), depth: 3 };
    }),
  ];
  return await ofNoUse(sql, left);
}

/** Takes them out of the store. May be repeated. */
export async function removeLeft(models: ModelStore, left: readonly LeftByJob[]): Promise<void> {
  for (const { address } of left)
    if (models.kind === 'folder') await rm(address, { recursive: true, force: true });
    else await removeFolder(models, address);
}

interface Named {
  readonly jobId: string;
  readonly token?: number;
  /** Parts of the path below the root that name the folder. */
  readonly depth: number;
}

/** Files below a root as the folders that a path's parts name. */
function foldersIn(
  files: readonly StoredFile[],
  root: string,
  nameOf: (parts: readonly string[]) => Named | '' | undefined,
): readonly LeftByJob[] {
  const folders = new Map<string, LeftByJob>();
  for (const { address: file, bytes } of files) {
    const parts = file.slice(root.length + 1).split('/');
    const named = nameOf(parts);
    if (!named || parts.length <= named.depth) continue;
    const address = [root, ...parts.slice(0, named.depth)].join('/');
    const { jobId, token = null } = named;
    const before = folders.get(address) ?? { jobId, token, address, files: 0, bytes: 0 };
    folders.set(address, { ...before, files: before.files + 1, bytes: before.bytes + bytes });
  }
  return [...folders.values()];
}
