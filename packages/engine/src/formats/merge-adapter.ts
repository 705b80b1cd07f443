import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeLora } from '../nets/merge-lora.ts';
import { readCausalFolder } from './causal-folder.ts';
import { type Manifest, verifyManifest, writeManifest } from './manifest.ts';
import { readPeftAdapter } from './peft-adapter.ts';
import { readWeights, writeWeights } from './safetensors.ts';
import { isSameWeight } from './weight.ts';

export interface MergeOptions {
  /** A PEFT folder. */
  readonly adapterFolder: string;
  /** The Hugging Face folder of its base. */
  readonly baseFolder: string;
  /** The model card, Markdown. */
  readonly readme: string;
}

/** Files that are taken from the base byte by byte, where it has them. */
const COPIED = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'LICENSE',
] as const;

/**
 * Writes a base and an adapter as one model, which needs no PEFT: a Hugging Face folder in float32, read again and
 * compared bit by bit. It appears under its name when it is whole.
 * @throws RangeError when the folder exists, the adapter names another base, or does not fit this one
 */
export function mergeAdapter(
  folder: string,
  { adapterFolder, baseFolder, readme }: MergeOptions,
): Manifest {
  if (existsSync(folder))
    throw new RangeError(`${folder} exists already; models are not overwritten`);
  const adapter = readPeftAdapter(adapterFolder);
  const base = readCausalFolder(baseFolder);
  if (adapter.baseSha256 !== undefined && adapter.baseSha256 !== base.sha256) {
    throw new RangeError(
      `${adapterFolder} is an adapter of the base ${adapter.baseSha256}, ${baseFolder} is ${base.sha256}`,
    );
  }
  const partial = `${folder}.part`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    for (const name of COPIED) {
      if (existsSync(join(baseFolder, name)))
        copyFileSync(join(baseFolder, name), join(partial, name));
    }
    writeFileSync(join(partial, 'README.md'), readme, { flush: true });
    const merged = mergeLora(base.weights(), adapter);
    const file = join(partial, 'model.safetensors');
    writeWeights(file, merged);
    const written = readWeights(file).weights;
    for (const [name, weight] of merged) {
      const found = written.get(name);
      if (found && isSameWeight(found, weight)) continue;
      throw new RangeError(`${folder}: tensor ${name} is not what was written`);
    }
    writeManifest(partial);
    const manifest = verifyManifest(partial);
    renameSync(partial, folder);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
