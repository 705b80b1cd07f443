import { rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolderOf, keepModel } from '@millrace/shared/runtime/model-store/model-cache';
import { folderUpload, removeFolder } from '@millrace/shared/runtime/model-store/publish-folder';
import type { AttemptOptions } from './attempt-options.ts';
import { storePlaces } from './store-places.ts';
import type { TrainedModel } from './trained-model.ts';
import { untilStored } from './wait-for-store.ts';

/**
 * Brings a finished model to where its row will say that it is: nowhere when the store is a folder, where it was written
 * into its place. From S3's local copy the next training is measured against it without a download.
 */
export async function publishModel(
  trained: TrainedModel,
  { job, models, settings, clock, logger, signal }: AttemptOptions,
): Promise<TrainedModel> {
  if (models.kind === 'folder') return trained;
  const address = storePlaces(models).model(job, job.token);
  const upload = folderUpload(models, { folder: trained.path, address });
  const started = clock.now();
  await untilStored({ clock, logger, signal }, 'the model', () => upload.run(signal));
  logger.info('model stored', { address, seconds: (clock.now() - started) / 1000 });
  await keepModel(cacheFolderOf(settings), trained.path, trained.manifestSha256);
  return { ...trained, path: address };
}

/** Takes back a model that nobody registered: another attempt holds the job. */
export async function discardModel(
  { path: address, manifestSha256 }: TrainedModel,
  { models, settings, signal }: Pick<AttemptOptions, 'models' | 'settings' | 'signal'>,
): Promise<void> {
  if (models.kind === 'folder') rmSync(address, { recursive: true, force: true });
  else {
    await removeFolder(models, address, signal);
    rmSync(path.join(cacheFolderOf(settings), manifestSha256), { recursive: true, force: true });
  }
}
