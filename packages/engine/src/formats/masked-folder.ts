import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BertShape, bertShape } from '../nets/bert-shape.ts';
import { checkTensors } from '../nets/fused-weights.ts';
import { maskedParameters } from '../nets/masked-parameters.ts';
import { type MaskedVocabulary, readMaskedVocabulary } from '../text/masked-vocabulary.ts';
import { type JsonObject, readJsonObject } from './json-file.ts';
import { readWeightShapes, readWeights } from './safetensors.ts';
import type { Weight, Weights } from './weight.ts';

/** A masked language model as it lies in a Hugging Face folder, in the names of BertForMaskedLM whatever it was. */
export interface MaskedFolder {
  readonly shape: BertShape;
  readonly vocabulary: MaskedVocabulary;
  readonly weights: Weights;
  /** Whether the output matrix is the word table. */
  readonly tied: boolean;
}

const WEIGHTS = 'model.safetensors';

/**
 * Reads config.json, tokenizer.json and model.safetensors of BertForMaskedLM or DistilBertForMaskedLM.
 * @throws RangeError that names what else the folder holds, what it does not have, or what does not fit
 */
export function readMaskedFolder(folder: string): MaskedFolder {
  const { distilled, ...described } = descriptionOf(folder);
  const weights = inBertsNames(readWeights(join(folder, WEIGHTS)).weights, distilled);
  if (distilled) weights.set(TYPES, noTypes(described.shape));
  checkShapes(described, weights);
  return { ...described, weights };
}

/**
 * Whether a folder can be opened: everything is read that opening it reads, but of the weights only what and how large they are.
 * @throws RangeError as opening it would
 */
export function checkMaskedFolder(folder: string): void {
  const { distilled, ...described } = descriptionOf(folder);
  const shapes = inBertsNames(readWeightShapes(join(folder, WEIGHTS)), distilled);
  if (distilled) shapes.set(TYPES, noTypes(described.shape));
  checkShapes(described, shapes);
}

function descriptionOf(folder: string): Omit<MaskedFolder, 'weights'> & { distilled: boolean } {
  const config = readJsonObject(folder, 'config.json');
  const type = config['model_type'] ?? 'bert';
  if (type !== 'bert' && type !== 'distilbert') {
    throw new RangeError(
      `config.json: model_type is ${String(type)}; masked language models of bert and distilbert are computed`,
    );
  }
  const distilled = type === 'distilbert';
  const shape = bertShape(distilled ? bertConfigOf(config) : config);
  const vocabulary = readMaskedVocabulary(folder);
  if (vocabulary.words.length > shape.vocabulary)
    throw new RangeError(
      `tokenizer.json has ${vocabulary.words.length} tokens, the word table ${shape.vocabulary} rows (vocab_size of config.json)`,
    );
  if (!existsSync(join(folder, WEIGHTS))) {
    throw new RangeError(`${folder} has no ${WEIGHTS}; sharded and pickled weights are not read`);
  }
  return { shape, vocabulary, tied: config['tie_word_embeddings'] !== false, distilled };
}

/** The tensors under BERT's names. @throws RangeError when the head is missing */
function inBertsNames<T>(stored: ReadonlyMap<string, T>, distilled: boolean): Map<string, T> {
  const named = new Map(
    [...stored].map(([name, one]) => [distilled ? fromDistilBert(name) : modern(name), one]),
  );
  const head = 'cls.predictions.transform.dense.weight';
  if (!named.has(head)) {
    throw new RangeError(
      `${WEIGHTS} has no ${distilled ? 'vocab_transform.weight' : head}: it is no masked language model, only an encoder`,
    );
  }
  return named;
}

function checkShapes(
  { shape, tied }: Pick<MaskedFolder, 'shape' | 'tied'>,
  stored: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): void {
  checkTensors(maskedParameters(shape, { tied }), stored);
}

const TYPES = 'bert.embeddings.token_type_embeddings.weight';

/** The first BERT files have the names that TensorFlow gave to LayerNorm's vectors. */
const modern = (name: string): string =>
  name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');

const renamed: readonly (readonly [RegExp, string])[] = [
  [/^distilbert\.transformer\.layer\./, 'bert.encoder.layer.'],
  [/^distilbert\./, 'bert.'],
  [/\.attention\.q_lin\./, '.attention.self.query.'],
  [/\.attention\.k_lin\./, '.attention.self.key.'],
  [/\.attention\.v_lin\./, '.attention.self.value.'],
  [/\.attention\.out_lin\./, '.attention.output.dense.'],
  [/\.sa_layer_norm\./, '.attention.output.LayerNorm.'],
  [/\.ffn\.lin1\./, '.intermediate.dense.'],
  [/\.ffn\.lin2\./, '.output.dense.'],
  [/\.output_layer_norm\./, '.output.LayerNorm.'],
  [/^vocab_transform\./, 'cls.predictions.transform.dense.'],
  [/^vocab_layer_norm\./, 'cls.predictions.transform.LayerNorm.'],
  [/^vocab_projector\.weight$/, 'cls.predictions.decoder.weight'],
  [/^vocab_projector\.bias$/, 'cls.predictions.bias'],
];

/** DistilBERT is BERT under other names, without token types. */
const fromDistilBert = (name: string): string =>
  renamed.reduce((present, [from, to]) => present.replace(from, to), name);

function bertConfigOf(config: JsonObject): JsonObject {
  return {
    model_type: 'bert',
    hidden_act: config['activation'] ?? 'gelu',
    vocab_size: config['vocab_size'],
    max_position_embeddings: config['max_position_embeddings'],
    type_vocab_size: 2,
    hidden_size: config['dim'],
    num_attention_heads: config['n_heads'],
    num_hidden_layers: config['n_layers'],
    intermediate_size: config['hidden_dim'],
    layer_norm_eps: 1e-12,
  };
}

/** Token types that add nothing. */
function noTypes({ hidden }: BertShape): Weight {
  return { shape: [2, hidden], data: new Float32Array(2 * hidden) };
}
