import { existsSync } from 'node:fs';
import path from 'node:path';
import { AssetUnavailable, ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { Conduct } from '../config.ts';

/** What a training needs on this machine. */
export interface TrainerAssets {
  /** Sentence-transformers folder to begin with. */
  readonly baseFolder: string;
  /** Folder with TensorFlow and its addon; null: wasm computes. */
  readonly tensorflowFolder: string | null;
}

const standardModel = settingsSchema.parse({}).embedding.embedding_model;

/**
 * Finds or fetches base model and TensorFlow, both at once. A folder that the user named is taken as it is.
 * @throws UserError when the settings name a base model that is neither here nor one that can be fetched
 * @throws AssetUnavailable (exit 3) when the base model cannot be fetched
 */
export async function trainerAssets(
  { variables }: Pick<Conduct, 'variables'>,
  settings: Settings,
  say: (line: string) => void,
): Promise<TrainerAssets> {
  const [baseFolder, tensorflowFolder] = await Promise.all([
    baseModel(variables['MILLRACE_BASE_MODEL'], settings, say),
    tensorflow(variables['MILLRACE_TENSORFLOW'], say),
  ]);
  return { baseFolder, tensorflowFolder };
}

async function baseModel(
  given: string | undefined,
  { storage, embedding }: Settings,
  say: (line: string) => void,
): Promise<string> {
  if (given) return path.resolve(given);
  if (storage.models_root_dir !== undefined) {
    const folder = path.resolve(storage.models_root_dir, embedding.embedding_model);
    if (existsSync(folder)) return folder;
  }
  if (embedding.embedding_model === standardModel) return await ensureMiniLm(say);
  throw new UserError(
    'MILLRACE_INPUT_BASE_MODEL',
    `embedding.embedding_model ${embedding.embedding_model} is not below storage.models_root_dir, and only ${standardModel} can be fetched`,
    { exitCode: 2 },
  );
}

/** Folder with TensorFlow and its addon, found or fetched; null: it cannot be had here, and wasm computes. */
export async function tensorflow(
  given: string | undefined,
  say: (line: string) => void,
): Promise<string | null> {
  if (given) return path.resolve(given);
  try {
    return await ensureTensorflow(say);
  } catch (error) {
    if (!(error instanceof AssetUnavailable)) throw error;
    say(`${error.message}; training runs on wasm, several times slower`);
    return null;
  }
}

/** The same as variables of a service's environment. */
export function assetVariables(assets: TrainerAssets): Record<string, string> {
  return {
    MILLRACE_BASE_MODEL: assets.baseFolder,
    ...(assets.tensorflowFolder !== null && { MILLRACE_TENSORFLOW: assets.tensorflowFolder }),
  };
}
