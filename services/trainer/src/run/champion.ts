import { existsSync } from 'node:fs';
import { UserError } from '@millrace/shared/domain/errors';
import { cachedModel, cacheFolderOf } from '@millrace/shared/runtime/model-store/model-cache';
import type { AttemptOptions } from './attempt-options.ts';
import { untilStored } from './wait-for-store.ts';

interface Champion {
  readonly modelId: string;
  readonly folder: string;
}

/**
 * The line's model in use and its folder, fetched when it lies in S3, wherever it was trained; null before the first.
 * @throws UserError when it is gone, changed, or lies where the settings name no store
 */
export async function championOf(options: AttemptOptions): Promise<Champion | null> {
  const { job, store, models, settings, logger } = options;
  const [row] = await store.read(
    (sql) => sql<{ path: string; modelId: string; manifestSha256: string }[]>`
      select m.path, m.model_id as "modelId", m.manifest_sha256 as "manifestSha256"
      from aliases a join models m using (model_id)
      where a.model_name = ${job.modelName} and a.model_type = ${job.modelType} and a.alias = 'champion'`,
  );
  if (row === undefined) return null;
  const { path: address, modelId, manifestSha256 } = row;
  if (!address.startsWith('s3://')) {
    if (existsSync(address)) return { modelId, folder: address };
    throw missing(
      `the folder of the model in use, ${modelId}, is gone: ${address}; bring it back or move the alias`,
    );
  }
  if (models.kind === 'folder')
    throw missing(`the model in use, ${modelId}, lies at ${address}: set storage.model_store`);
  const { signal } = options;
  const { folder, fetched } = await untilStored(options, 'the model in use', () =>
    cachedModel(models, cacheFolderOf(settings), { address, manifestSha256, signal }),
  );
  logger.info('model in use at hand', { model_id: modelId, files_fetched: fetched });
  return { modelId, folder };
}

const missing = (message: string): UserError =>
  new UserError('MILLRACE_TRAINING_CHAMPION_MISSING', message);
