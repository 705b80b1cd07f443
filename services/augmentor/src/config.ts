import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { EncoderPlaces } from './encoder/process-encoder.ts';

/**
 * Where the encoder of the gate lies, by the variables that the trainer reads too: MILLRACE_BASE_MODEL (else
 * `<storage.models_root_dir>/<embedding.embedding_model>`) and MILLRACE_TENSORFLOW (else wasm encodes).
 * @returns null when the settings want none
 * @throws UserError (exit 2) when they want one and nothing says where it is
 */
export function encoderPlaces(
  variables: Readonly<Record<string, string | undefined>>,
  { augmentation, embedding, storage }: Settings,
): EncoderPlaces | null {
  if (!augmentation.gate.encoder) return null;
  const root = storage.models_root_dir;
  const folder =
    variables['MILLRACE_BASE_MODEL'] ||
    (root === undefined ? undefined : path.join(root, embedding.embedding_model));
  if (folder === undefined) {
    throw new UserError(
      'MILLRACE_INPUT_BASE_MODEL',
      'no model to compare copies by: set storage.models_root_dir, or MILLRACE_BASE_MODEL to a folder, or augmentation.gate.encoder to false',
      { exitCode: 2 },
    );
  }
  return {
    folder: path.resolve(folder),
    libraryFolder: variables['MILLRACE_TENSORFLOW'] || null,
  };
}

/** The translator's key: MILLRACE_TRANSLATOR_KEY, or the content of the file that MILLRACE_TRANSLATOR_KEY_FILE names; null: none. */
export function translatorKey(
  variables: Readonly<Record<string, string | undefined>>,
): string | null {
  const file = variables['MILLRACE_TRANSLATOR_KEY_FILE'];
  if (file) return readFileSync(file, 'utf8').trim();
  return variables['MILLRACE_TRANSLATOR_KEY'] || null;
}
