import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ModelStore, StoredFile } from '@millrace/shared/ports/model-store';
import { fetchFolder, notTheModel } from '@millrace/shared/runtime/model-store/fetch-folder';
import { removeFolder } from '@millrace/shared/runtime/model-store/publish-folder';
import type { AttemptOptions } from './attempt-options.ts';
import { storePlaces } from './store-places.ts';
import { type StoredCheckpoint, storedCheckpoints } from './stored-checkpoints.ts';
import { untilStored } from './wait-for-store.ts';

/**
 * Brings to this machine what earlier attempts at the job left in S3: the dataset's manifest, the newest whole checkpoint,
 * results that need not be computed again. What is here already is not fetched. Nothing happens where folders are shared.
 */
export async function bringJob(options: AttemptOptions, work: string): Promise<void> {
  const { job, models, settings, logger, signal } = options;
  if (models.kind === 'folder') return;
  await untilStored(options, 'the job', async () => {
    if (job.datasetSha256 !== null) {
      const file = path.resolve(
        settings.storage.data_dir,
        'datasets',
        `${job.datasetSha256}.ndjson`,
      );
      await getFile(models, storePlaces(models).dataset(job.datasetSha256), { file, signal });
    }
    const found = await models.list(storePlaces(models).job(job), signal);
    await bringKept(models, found, { work, signal });
    for (const checkpoint of storedCheckpoints(found)) {
      if (await broughtCheckpoint(models, checkpoint, { work, logger, signal })) break;
    }
  });
}

/** Takes out of S3 what earlier attempts trained by other settings: it would be found again at the next attempt. */
export async function dropCheckpoints(options: AttemptOptions): Promise<void> {
  const { job, models, signal } = options;
  if (models.kind === 'folder') return;
  await untilStored(options, 'the job', async () => {
    for (const { address, token } of storedCheckpoints(
      await models.list(storePlaces(models).job(job), signal),
    ))
      if (token < job.token) await removeFolder(models, address, signal);
  });
}

interface Here {
  readonly work: string;
  readonly signal: AbortSignal;
}

/** @returns false when it is damaged: an older one serves */
async function broughtCheckpoint(
  models: ModelStore,
  { address, token, name }: StoredCheckpoint,
  { work, logger, signal }: Here & { readonly logger: Logger },
): Promise<boolean> {
  const folder = path.join(work, `token-${token}`, name);
  if (existsSync(folder)) return true;
  try {
    await fetchFolder(models, { address, manifestSha256: null, folder, signal });
    logger.info('checkpoint fetched', { address });
    return true;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== notTheModel) throw error;
    logger.warning('a checkpoint is passed over', { error_message: error.message });
    return false;
  }
}

/** Of equal names the newest attempt's. */
async function bringKept(
  models: ModelStore,
  found: readonly StoredFile[],
  { work, signal }: Here,
): Promise<void> {
  const kept = found.flatMap(({ address }) => {
    const [, token, name] = /\/token-(\d+)\/kept\/([A-Za-z0-9._-]+\.json)$/.exec(address) ?? [];
    return name === undefined ? [] : [{ address, token: Number(token), name }];
  });
  for (const { address, name } of kept.sort((a, b) => b.token - a.token))
    await getFile(models, address, { file: path.join(work, name), signal });
}

interface Wanted {
  readonly file: string;
  readonly signal: AbortSignal;
}

/** A file that is here already stays; one that comes gets its name when it is whole. */
async function getFile(models: ModelStore, address: string, { file, signal }: Wanted) {
  if (existsSync(file)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  if (await models.get(address, partial, signal)) await rename(partial, file);
}
