import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, readJson, readJsonObject } from './json-file.ts';
import { readWeights } from './safetensors.ts';
import {
  checkPooling,
  checkTransformer,
  moduleFolders,
  type Prompts,
  readPrompts,
} from './sentence-modules.ts';
import type { Weights } from './weight.ts';

/** A sentence-embedding model as it lies in a folder. */
export interface SentenceTransformer {
  readonly folder: string;
  /** The encoder's config.json. */
  readonly config: JsonObject;
  /** The encoder's tensors under Hugging Face's names. */
  readonly weights: Weights;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Longest input in tokens, special tokens counted. */
  readonly maxTokens: number;
  /** What is put before a question and before what answers it; often empty. */
  readonly prompts: Prompts;
  /** One sentence for each thing that is left out or done otherwise than the folder says; often empty. */
  readonly notes: readonly string[];
}

const WEIGHTS = 'model.safetensors';

/**
 * Reads a folder that Python's SentenceTransformer saved, or a bare Hugging Face encoder (which it would pool by the
 * mean, too). What is computed: a transformer, the mean over its tokens, length 1.
 * @throws RangeError that names the file and the field that asks for something else
 */
export function readSentenceTransformer(folder: string): SentenceTransformer {
  const config = readJsonObject(folder, 'config.json');
  const dimension = positive(config, 'hidden_size');
  const notes: string[] = [];

  if (existsSync(join(folder, 'modules.json'))) {
    const { pooling, normalizes } = moduleFolders(readJson(folder, 'modules.json'));
    checkPooling(readJsonObject(join(folder, pooling), 'config.json'), dimension);
    if (!normalizes) notes.push('modules.json has no Normalize: embeddings get length 1 here');
  } else {
    notes.push('there is no modules.json: mean pooling and length 1 are assumed');
  }
  const sentence = readOptional(folder, 'sentence_bert_config.json');
  checkTransformer(sentence);
  const prompts = readPrompts(readOptional(folder, 'config_sentence_transformers.json'));
  if (!existsSync(join(folder, WEIGHTS))) {
    throw new RangeError(`${folder} has no ${WEIGHTS}; sharded and pickled weights are not read`);
  }
  const { weights, skipped } = readWeights(join(folder, WEIGHTS));
  for (const { name, dtype } of skipped) {
    notes.push(`${WEIGHTS}: ${name} is ${dtype}, no weight: not read`);
  }
  const longest = longestInput(sentence, readOptional(folder, 'tokenizer_config.json'));
  const maxTokens = Math.min(longest, positive(config, 'max_position_embeddings'));
  return { folder, config, weights, dimension, maxTokens, prompts, notes };
}

function readOptional(folder: string, name: string): JsonObject {
  return existsSync(join(folder, name)) ? readJsonObject(folder, name) : {};
}

/** Older folders say it in the transformer's own settings, newer ones in the tokenizer's. */
function longestInput(sentence: JsonObject, tokenizer: JsonObject): number {
  const said = sentence['max_seq_length'] ?? tokenizer['model_max_length'];
  return typeof said === 'number' && said >= 2 ? said : Number.POSITIVE_INFINITY;
}

function positive(config: JsonObject, field: string): number {
  const value = config[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`config.json: ${field} is not a positive whole number`);
}
