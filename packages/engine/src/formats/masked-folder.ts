import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, readJsonObject } from './json-file.ts';
import { readWeights } from './safetensors.ts';
import type { Weight, Weights } from './weight.ts';

/** A masked language model as it lies in a Hugging Face folder, in the names of BertForMaskedLM whatever it was. */
export interface MaskedFolder {
  /** As BERT's config.json says it. */
  readonly config: JsonObject;
  readonly weights: Weights;
  /** Whether the output matrix is the word table. */
  readonly tied: boolean;
}

const WEIGHTS = 'model.safetensors';

/**
 * Reads config.json and model.safetensors of BertForMaskedLM or DistilBertForMaskedLM.
 * @throws RangeError that names what else the folder holds, or what it does not have
 */
export function readMaskedFolder(folder: string): MaskedFolder {
  const config = readJsonObject(folder, 'config.json');
  const type = config['model_type'] ?? 'bert';
  if (type !== 'bert' && type !== 'distilbert') {
    throw new RangeError(
      `config.json: model_type is ${String(type)}; masked language models of bert and distilbert are computed`,
    );
  }
  if (!existsSync(join(folder, WEIGHTS))) {
    throw new RangeError(`${folder} has no ${WEIGHTS}; sharded and pickled weights are not read`);
  }
  const stored = readWeights(join(folder, WEIGHTS)).weights;
  const distilled = type === 'distilbert';
  const weights = new Map(
    [...stored].map(([name, weight]) => [distilled ? fromDistilBert(name) : modern(name), weight]),
  );
  const head = 'cls.predictions.transform.dense.weight';
  if (!weights.has(head)) {
    throw new RangeError(
      `${WEIGHTS} has no ${distilled ? 'vocab_transform.weight' : head}: it is no masked language model, only an encoder`,
    );
  }
  const tied = config['tie_word_embeddings'] !== false;
  if (!distilled) return { config, weights, tied };
  const bert = bertConfigOf(config);
  return { config: bert, weights: weights.set(TYPES, noTypes(bert)), tied };
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
function noTypes({ hidden_size: hidden }: JsonObject): Weight {
  const width = typeof hidden === 'number' ? hidden : 0;
  return { shape: [2, width], data: new Float32Array(2 * width) };
}
