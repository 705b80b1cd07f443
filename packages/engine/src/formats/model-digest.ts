import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileSha256 } from './file-sha256.ts';
import { readJson } from './json-file.ts';
import { moduleFolders } from './sentence-modules.ts';

/**
 * Names what a model computes: SHA-256 over the names and hashes of the files that are read when it is opened, the weights
 * among them. What else lies in the folder (a README, other formats of the weights) changes nothing.
 * @param files  below the folder, with `/`; one that is not there counts as that, unless it is `required`
 * @throws RangeError that names a required file that is missing
 */
export function modelSha256(
  folder: string,
  { required, optional = [] }: { required: readonly string[]; optional?: readonly string[] },
): string {
  const missing = required.find((file) => !existsSync(join(folder, file)));
  if (missing !== undefined)
    throw new RangeError(`${folder} has no ${missing}${pickled(folder, missing)}`);
  const lines = [...required, ...optional]
    .filter((file) => existsSync(join(folder, file)))
    .sort()
    .map((file) => `${fileSha256(join(folder, file))}  ${file}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Pickled weights can run code when they are read: Python writes the others from them. */
function pickled(folder: string, missing: string): string {
  return missing === 'model.safetensors' && existsSync(join(folder, 'pytorch_model.bin'))
    ? ', only pytorch_model.bin, which is not read: load it in Python and save it again (save_pretrained)'
    : '';
}

/**
 * {@link modelSha256} of a sentence-transformers folder: 0.15 s for all-MiniLM-L6-v2.
 * @throws RangeError as opening it would
 */
export function sentenceTransformerSha256(folder: string): string {
  const modules = existsSync(join(folder, 'modules.json'))
    ? ['modules.json', `${moduleFolders(readJson(folder, 'modules.json')).pooling}/config.json`]
    : [];
  return modelSha256(folder, {
    required: ['config.json', 'model.safetensors', 'tokenizer.json', ...modules],
    optional: [
      'config_sentence_transformers.json',
      'sentence_bert_config.json',
      'tokenizer_config.json',
    ],
  });
}

/**
 * {@link modelSha256} of a masked language model's folder.
 * @throws RangeError as opening it would
 */
export function maskedLmSha256(folder: string): string {
  return modelSha256(folder, { required: ['config.json', 'model.safetensors', 'tokenizer.json'] });
}

/**
 * {@link modelSha256} of a Marian folder, one direction: 0.6 s for 300 MB. What joins pieces to a text is vocab.json.
 * @throws RangeError as opening it would
 */
export function marianSha256(folder: string): string {
  return modelSha256(folder, {
    required: [
      'config.json',
      'model.safetensors',
      'source.spm',
      'tokenizer_config.json',
      'vocab.json',
    ],
    optional: ['generation_config.json'],
  });
}
