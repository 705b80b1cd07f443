import path from 'node:path';
import type { BackendOptions } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { z } from 'zod';
import type { BaseFolders } from './run/attempt-options.ts';

/** What the trainer takes from the environment beside the addresses that every service takes: where things lie. */
const trainerEnvironment = z.object({
  /** Sentence-transformers folder to begin with; else `<storage.models_root_dir>/<embedding.embedding_model>`. */
  MILLRACE_BASE_MODEL: z.string().optional(),
  /** Hugging Face folder of the language model; else `<storage.models_root_dir>/<llm.base_model>`. Jobs ask for it. */
  MILLRACE_LLM_BASE_MODEL: z.string().optional(),
  /** Folder with TensorFlow's CPU library and the addon; without it wasm computes, several times slower. */
  MILLRACE_TENSORFLOW: z.string().optional(),
  /** The same with TensorFlow's GPU library. */
  MILLRACE_TENSORFLOW_GPU: z.string().optional(),
  /** `1`: refuse to train without a GPU. */
  MILLRACE_REQUIRE_GPU: z.enum(['0', '1']).default('0'),
});

export interface TrainerConfig {
  readonly baseFolders: BaseFolders;
  readonly backendOptions: BackendOptions;
}

/** @throws UserError (exit 2) with one line a problem */
export function trainerConfig(
  variables: Readonly<Record<string, string | undefined>>,
  settings: Settings,
): TrainerConfig {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = trainerEnvironment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new UserError('MILLRACE_INPUT_ENVIRONMENT', lines.join('\n'), { exitCode: 2 });
  }
  const env = parsed.data;
  const root = settings.storage.models_root_dir;
  const baseFolder =
    env.MILLRACE_BASE_MODEL ??
    (root === undefined ? undefined : path.join(root, settings.embedding.embedding_model));
  if (baseFolder === undefined) {
    throw new UserError(
      'MILLRACE_INPUT_BASE_MODEL',
      'no base model: set storage.models_root_dir, or MILLRACE_BASE_MODEL to a folder',
      { exitCode: 2 },
    );
  }
  const llmFolder =
    env.MILLRACE_LLM_BASE_MODEL ??
    (root === undefined ? undefined : path.join(root, settings.llm.base_model));
  return {
    baseFolders: {
      embedding: path.resolve(baseFolder),
      llm: llmFolder === undefined ? null : path.resolve(llmFolder),
    },
    backendOptions: {
      ...(env.MILLRACE_TENSORFLOW !== undefined && { libraryFolder: env.MILLRACE_TENSORFLOW }),
      ...(env.MILLRACE_TENSORFLOW_GPU !== undefined && {
        gpuLibraryFolder: env.MILLRACE_TENSORFLOW_GPU,
      }),
      requireGpu: env.MILLRACE_REQUIRE_GPU === '1',
    },
  };
}
