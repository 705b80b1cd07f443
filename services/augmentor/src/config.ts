import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkMarianFolder, checkMaskedFolder } from '@millrace/engine/model-folders';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { asksMaskedLm, asksTranslator } from './core/session-draft.ts';
import type { EncoderPlaces } from './encoder/process-encoder.ts';
import type { MaskedLmPlaces } from './masked-lm/process-masked-lm.ts';
import { modelFolder, type Variables } from './model-folder.ts';
import type { TranslatorPlaces } from './translate/translator-places.ts';

/**
 * Where the encoder of the gate lies, by the variables that the trainer reads too: MILLRACE_BASE_MODEL (else
 * `<storage.models_root_dir>/<embedding.embedding_model>`) and MILLRACE_TENSORFLOW (else wasm encodes).
 * @returns null when the settings want none
 * @throws UserError (exit 2) when they want one and nothing says where it is
 */
export function encoderPlaces(
  variables: Variables,
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
 * @throws UserError (exit 2) when they want one and it cannot be opened there
 */
export function maskedLmPlaces(variables: Variables, settings: Settings): MaskedLmPlaces | null {
  if (!asksMaskedLm(settings)) return null;
  const folder = modelFolder(variables, settings, {
    setting: 'augmentation.contextual.masked_lm',
    name: settings.augmentation.contextual.masked_lm ?? '',
    variable: 'MILLRACE_MASKED_LM',
    off: 'augmentation.contextual.masked_lm',
    wants: 'a whole BertForMaskedLM or DistilBertForMaskedLM',
    code: 'MILLRACE_INPUT_MASKED_LM',
    check: checkMaskedFolder,
  });
  return { folder, libraryFolder: variables['MILLRACE_TENSORFLOW'] || null };
}

/**
 * Where the two models of back-translation lie: MILLRACE_TRANSLATOR_THERE and MILLRACE_TRANSLATOR_BACK, else
 * `<storage.models_root_dir>/<augmentation.back_translation.models>`; MILLRACE_TENSORFLOW as for the encoder.
 * @returns null when the settings want none
 * @throws UserError (exit 2) when they want them and one cannot be opened there
 */
export function translatorPlaces(
  variables: Variables,
  settings: Settings,
): TranslatorPlaces | null {
  const { models } = settings.augmentation.back_translation;
  if (!asksTranslator(settings) || models === null) return null;
  const place = (way: 'there' | 'back'): string =>
    modelFolder(variables, settings, {
      setting: `augmentation.back_translation.models.${way}`,
      name: models[way],
      variable: `MILLRACE_TRANSLATOR_${way === 'there' ? 'THERE' : 'BACK'}`,
      off: 'augmentation.back_translation.models',
      wants: 'a whole MarianMTModel with its tokenizer',
      code: 'MILLRACE_INPUT_TRANSLATOR',
      check: checkMarianFolder,
    });
  return {
    there: place('there'),
    back: place('back'),
    libraryFolder: variables['MILLRACE_TENSORFLOW'] || null,
  };
}

/** The translator's key: MILLRACE_TRANSLATOR_KEY, or the content of the file that MILLRACE_TRANSLATOR_KEY_FILE names; null: none. */
export function translatorKey(variables: Variables): string | null {
  const file = variables['MILLRACE_TRANSLATOR_KEY_FILE'];
  if (file) return readFileSync(file, 'utf8').trim();
  return variables['MILLRACE_TRANSLATOR_KEY'] || null;
}
