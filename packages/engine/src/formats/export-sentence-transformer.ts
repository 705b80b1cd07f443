import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manifest, verifyManifest, writeManifest } from './manifest.ts';
import { readTensors, readWeights, type StoredTensor, writeTensors } from './safetensors.ts';
import type { SentenceTransformer } from './sentence-transformer.ts';
import { isSameWeight, type Weight, type Weights } from './weight.ts';

export interface SentenceTransformerExport {
  /** The model that was trained: its settings, tokenizer and untrained tensors are taken over. */
  readonly base: SentenceTransformer;
  /** Trained tensors under the base's names; what is not among them keeps the base's bytes and type. */
  readonly weights: Weights;
  /** The model card, Markdown. */
  readonly readme: string;
}

/** Files that are taken from the base byte by byte, where it has them. */
const COPIED = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'LICENSE',
] as const;

/**
 * Writes a folder that Python's SentenceTransformer loads (2.x to 6.x), embeddings of length 1. It appears under its
 * name when it is whole: all files, then MANIFEST.json, then the rename. Equal input gives equal bytes.
 * @throws RangeError when the folder exists already, or a weight does not fit the base
 */
export function writeSentenceTransformer(
  folder: string,
  { base, weights, readme }: SentenceTransformerExport,
): Manifest {
  if (existsSync(folder))
    throw new RangeError(`${folder} exists already; models are not overwritten`);
  const partial = `${folder}.part`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    for (const name of COPIED) {
      const source = join(base.folder, name);
      if (existsSync(source)) copyFileSync(source, join(partial, name));
    }
    for (const [path, content] of Object.entries(settings(base))) {
      writeJson(join(partial, path), content);
    }
    mkdirSync(join(partial, '2_Normalize'));
    writeFileSync(join(partial, 'README.md'), readme, { flush: true });
    const stored = readTensors(join(base.folder, 'model.safetensors')).tensors;
    writeTensors(join(partial, 'model.safetensors'), replaced(stored, weights));
    const manifest = writeManifest(partial);
    renameSync(partial, folder);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Reads an exported folder again and compares it with what was meant: every file with its hash, every weight bit by bit.
 * @throws RangeError that names the first file or tensor that differs
 */
export function readBack(folder: string, weights: Weights): Manifest {
  const manifest = verifyManifest(folder);
  const written = readWeights(join(folder, 'model.safetensors')).weights;
  for (const [name, weight] of weights) {
    const found = written.get(name);
    if (found === undefined || !isSameWeight(found, weight)) {
      throw new RangeError(`${folder}: tensor ${name} is not what was written`);
    }
  }
  return manifest;
}

/** The settings around the encoder, in the form that every version of the library reads. */
function settings({ dimension, maxTokens, prompts }: SentenceTransformer): Record<string, unknown> {
  const module = (index: number, path: string, kind: string) => ({
    idx: index,
    name: String(index),
    path,
    type: `sentence_transformers.models.${kind}`,
  });
  return {
    'modules.json': [
      module(0, '', 'Transformer'),
      module(1, '1_Pooling', 'Pooling'),
      module(2, '2_Normalize', 'Normalize'),
    ],
    'sentence_bert_config.json': { max_seq_length: maxTokens, do_lower_case: false },
    'config_sentence_transformers.json': {
      prompts:
        prompts.query + prompts.passage === ''
          ? {}
          : { query: prompts.query, document: prompts.passage },
      default_prompt_name: null,
      similarity_fn_name: 'cosine',
    },
    '1_Pooling/config.json': {
      word_embedding_dimension: dimension,
      pooling_mode_cls_token: false,
      pooling_mode_mean_tokens: true,
      pooling_mode_max_tokens: false,
      pooling_mode_mean_sqrt_len_tokens: false,
    },
  };
}

function writeJson(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flush: true });
}

function replaced(
  stored: ReadonlyMap<string, StoredTensor>,
  weights: Weights,
): Map<string, StoredTensor> {
  const tensors = new Map(stored);
  for (const [name, { shape, data }] of weights) {
    const old = stored.get(name);
    if (!old) throw new RangeError(`the base has no tensor ${name}`);
    if (!sameShape(old, { shape })) {
      throw new RangeError(`tensor ${name} has the shape [${shape}], the base's is [${old.shape}]`);
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    tensors.set(name, { dtype: 'F32', shape, bytes });
  }
  return tensors;
}

function sameShape(a: Pick<Weight, 'shape'>, b: Pick<Weight, 'shape'>): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
}
