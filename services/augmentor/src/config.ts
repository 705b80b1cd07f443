import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { asksMaskedLm, asksTranslator } from './core/session-draft.ts';
import type { EncoderPlaces } from './encoder/process-encoder.ts';
import type { MaskedLmPlaces } from './masked-lm/process-masked-lm.ts';
import type { TranslatorPlaces } from './translate/translator-places.ts';

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

/**
 * Where the masked language model of contextual substitution lies: MILLRACE_MASKED_LM, else
 * `<storage.models_root_dir>/<augmentation.contextual.masked_lm>`; MILLRACE_TENSORFLOW as for the encoder.
 * @returns null when the settings want none
 * @throws UserError (exit 2) when they want one and it is not there
 */
export function maskedLmPlaces(
  variables: Readonly<Record<string, string | undefined>>,
  settings: Settings,
): MaskedLmPlaces | null {
  if (!asksMaskedLm(settings)) return null;
  const root = settings.storage.models_root_dir;
  const name = settings.augmentation.contextual.masked_lm ?? '';
  const given =
    variables['MILLRACE_MASKED_LM'] || (root === undefined ? undefined : path.join(root, name));
  const folder = given === undefined ? undefined : path.resolve(given);
  if (folder === undefined || !existsSync(path.join(folder, 'config.json'))) {
    const missing = folder === undefined ? 'nothing says where it is' : `${folder} holds no model`;
    throw new UserError(
      'MILLRACE_INPUT_MASKED_LM',
      `augmentation.contextual.masked_lm names ${name}, but ${missing}: set MILLRACE_MASKED_LM to a folder, or storage.models_root_dir to the one above it, or augmentation.contextual.masked_lm to null`,
      { exitCode: 2 },
    );
  }
  return { folder, libraryFolder: variables['MILLRACE_TENSORFLOW'] || null };
}

/**
 * Where the two models of back-translation lie: MILLRACE_TRANSLATOR_THERE and MILLRACE_TRANSLATOR_BACK, else
 * `<storage.models_root_dir>/<augmentation.back_translation.models>`; MILLRACE_TENSORFLOW as for the encoder.
 * @returns null when the settings want none
 * @throws UserError (exit 2) when they want them and one is not there
 */
export function translatorPlaces(
  variables: Readonly<Record<string, string | undefined>>,
  settings: Settings,
): TranslatorPlaces | null {
  const { models } = settings.augmentation.back_translation;
  if (!asksTranslator(settings) || models === null) return null;
  const root = settings.storage.models_root_dir;
  const place = (way: 'there' | 'back'): string => {
    const variable = `MILLRACE_TRANSLATOR_${way === 'there' ? 'THERE' : 'BACK'}`;
    const name = models[way];
    const given = variables[variable] || (root === undefined ? undefined : path.join(root, name));
    const folder = given === undefined ? undefined : path.resolve(given);
    if (folder !== undefined && existsSync(path.join(folder, 'config.json'))) return folder;
    const missing = folder === undefined ? 'nothing says where it is' : `${folder} holds no model`;
    throw new UserError(
      'MILLRACE_INPUT_TRANSLATOR',
      `augmentation.back_translation.models.${way} names ${name}, but ${missing}: set ${variable} to a folder, or storage.models_root_dir to the one above it, or augmentation.back_translation.models to null`,
      { exitCode: 2 },
    );
  };
  return {
    there: place('there'),
    back: place('back'),
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
