import { existsSync } from 'node:fs';
import path from 'node:path';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { modelType } from '@millrace/shared/contracts/identity';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { ModelType } from '@millrace/shared/domain/example';
import { cachedModel, cacheFolderOf } from '@millrace/shared/runtime/model-store/model-cache';
import type { ModelRow } from './model-rows.ts';
import { whichModel } from './which-model.ts';

export interface ComparedModel {
  /** Id of a registered one, else its folder. */
  readonly name: string;
  readonly type: ModelType;
  readonly folder: string;
  /** Of the base that an adapter was trained on; null where nothing says it. */
  readonly baseSha256: string | null;
}

interface Places {
  readonly models: readonly ModelRow[];
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/**
 * A registered model, fetched when it lies in S3, or one in a folder that somebody else made.
 * @throws UserError when there is none, or its folder is gone
 */
export async function comparedModel(
  wanted: string,
  { models, settings, signal }: Places,
): Promise<ComparedModel> {
  const given = typeOfFolder(wanted);
  if (given !== null)
    return { name: wanted, type: given, folder: path.resolve(wanted), baseSha256: null };
  const model = whichModel(models, wanted);
  const { model_id: name, path: address, manifest_sha256: manifestSha256 } = model;
  const type = modelType.parse(model.model_type);
  const baseSha256 = model.report.llm?.base_sha256 ?? null;
  if (!address.startsWith('s3://')) {
    if (existsSync(address)) return { name, type, folder: address, baseSha256 };
    throw new UserError('MILLRACE_INPUT_MODEL', `the folder of ${name} is gone: ${address}`);
  }
  const store = openModelStore(settings, address);
  const asked = { address, manifestSha256, signal };
  const { folder } = await cachedModel(store, cacheFolderOf(settings), asked);
  return { name, type, folder, baseSha256 };
}

/** By what stands in it; null when it is no folder with a model. */
function typeOfFolder(folder: string): ModelType | null {
  if (existsSync(path.join(folder, 'adapter_config.json'))) return 'llm';
  return existsSync(path.join(folder, 'config.json')) ? 'embedding' : null;
}
