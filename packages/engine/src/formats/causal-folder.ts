import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileSha256 } from './file-sha256.ts';
import { type JsonObject, readJsonObject } from './json-file.ts';
import { readWeights } from './safetensors.ts';
import type { Weight, Weights } from './weight.ts';

/** A language model as it lies in a Hugging Face folder: config.json, tokenizer.json, and safetensors, whole or in shards. */
export interface CausalFolder {
  readonly folder: string;
  readonly config: JsonObject;
  /** Names the exact base: SHA-256 of the weight file, or of the list of its shards' hashes. */
  readonly sha256: string;
  /** All tensors under Hugging Face's names; reads the files anew. */
  weights(): Weights;
}

/** @throws RangeError that names what the folder does not have */
export function readCausalFolder(folder: string): CausalFolder {
  const config = readJsonObject(folder, 'config.json');
  const files = weightFiles(folder);
  return {
    folder,
    config,
    sha256: sha256Of(folder, files),
    weights: () => {
      const all = new Map<string, Weight>();
      for (const file of files) {
        for (const [name, weight] of readWeights(join(folder, file)).weights) all.set(name, weight);
      }
      return all;
    },
  };
}

function weightFiles(folder: string): string[] {
  if (existsSync(join(folder, 'model.safetensors'))) return ['model.safetensors'];
  const shards = readdirSync(folder)
    .filter((name) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(name))
    .sort();
  const [first] = shards;
  if (first === undefined) {
    throw new RangeError(`${folder} has no model.safetensors; pickled weights are not read`);
  }
  const count = Number(/of-(\d{5})/.exec(first)?.[1]);
  if (shards.length !== count) {
    throw new RangeError(`${folder} has ${shards.length} of ${count} parts of model.safetensors`);
  }
  return shards;
}

function sha256Of(folder: string, files: readonly string[]): string {
  const hashes = files.map((file) => fileSha256(join(folder, file)));
  const [only, ...others] = hashes;
  if (only !== undefined && others.length === 0) return only;
  const list = files.map((file, i) => `${hashes[i]}  ${file}\n`).join('');
  return createHash('sha256').update(list).digest('hex');
}
