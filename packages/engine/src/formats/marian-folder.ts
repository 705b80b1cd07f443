import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkTensors } from '../nets/fused-weights.ts';
import { marianParameters } from '../nets/marian-parameters.ts';
import { type MarianShape, marianShape } from '../nets/marian-shape.ts';
import { type MarianTokenizer, readMarianTokenizer } from '../text/marian-tokenizer.ts';
import {
  type GenerationSettings,
  readGenerationSettings,
} from '../translate/generation-settings.ts';
import { readJsonObject } from './json-file.ts';
import { readWeightShapes, readWeights } from './safetensors.ts';
import { sizeOf, type Weights } from './weight.ts';

/** One direction of translation as `MarianMTModel.save_pretrained` writes it, the tokenizer's files beside. */
export interface MarianFolder {
  readonly shape: MarianShape;
  readonly generation: GenerationSettings;
  readonly tokenizer: MarianTokenizer;
  readonly weights: Weights;
}

const WEIGHTS = 'model.safetensors';
const BIAS = 'final_logits_bias';

/** @throws RangeError that names what the folder does not have, what is not computed, or what does not fit */
export function readMarianFolder(folder: string): MarianFolder {
  const described = descriptionOf(folder);
  const { weights } = readWeights(join(folder, WEIGHTS));
  checkShapes(described.shape, weights);
  return { ...described, weights };
}

/**
 * Whether a folder can be opened: everything is read that opening it reads, but of the weights only what and how large they are.
 * @throws RangeError as opening it would
 */
export function checkMarianFolder(folder: string): void {
  const { shape } = descriptionOf(folder);
  checkShapes(shape, readWeightShapes(join(folder, WEIGHTS)));
}

function descriptionOf(folder: string): Omit<MarianFolder, 'weights'> {
  const shape = marianShape(readJsonObject(folder, 'config.json'));
  const generation = readGenerationSettings(folder);
  const tokenizer = readMarianTokenizer(folder);
  checkVocabulary(shape, tokenizer);
  if (!existsSync(join(folder, WEIGHTS)))
    throw new RangeError(`${folder} has no ${WEIGHTS}${wayOut(folder)}`);
  return { shape, generation, tokenizer };
}

/** Tokens are rows of the word table, and both files must name the same ends. */
function checkVocabulary(
  { vocabulary, end, pad }: MarianShape,
  { vocabularySize, idOf }: MarianTokenizer,
): void {
  if (vocabularySize > vocabulary)
    throw new RangeError(
      `vocab.json has ${vocabularySize} tokens, the word table ${vocabulary} rows (vocab_size of config.json)`,
    );
  for (const [name, piece, id] of [
    ['eos_token_id', '</s>', end],
    ['pad_token_id', '<pad>', pad],
  ] as const)
    if (idOf(piece) !== id)
      throw new RangeError(
        `vocab.json has ${piece} at ${idOf(piece) ?? 'no place'}, config.json says ${id} (${name}): they are of two models`,
      );
}

function checkShapes(
  shape: MarianShape,
  stored: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): void {
  checkTensors(
    marianParameters(shape, (name) => stored.has(name)),
    stored,
  );
  const bias = stored.get(BIAS);
  if (bias !== undefined && sizeOf(bias.shape) !== shape.vocabulary)
    throw new RangeError(
      `the tensor ${BIAS} is (${bias.shape.join(', ')}), not (1, ${shape.vocabulary})`,
    );
}

/** Pickled weights can run code when they are read, so Python converts them, where they came from. */
function wayOut(folder: string): string {
  if (!existsSync(join(folder, 'pytorch_model.bin'))) return '';
  return `, only pytorch_model.bin, which is not read; write it with: python -c "from transformers import MarianMTModel as M; M.from_pretrained('${folder}').save_pretrained('${folder}')"`;
}
