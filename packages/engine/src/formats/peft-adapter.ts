import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, readJsonObject } from './json-file.ts';
import { type Manifest, verifyManifest, writeManifest } from './manifest.ts';
import { readWeights, writeWeights } from './safetensors.ts';
import { isSameWeight, type Weights } from './weight.ts';

/** A LoRA adapter: its settings and matrices. */
export interface LoraAdapter {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly targetModules: readonly string[];
  readonly rankStabilised: boolean;
  /** Under PEFT's names: `base_model.model.` + the module + `.lora_A.weight` or `.lora_B.weight`. */
  readonly weights: Weights;
}

/** The same as Python's PEFT keeps it in a folder. */
export interface PeftAdapter extends LoraAdapter {
  /** What it says its base is: a name, or a path. */
  readonly baseNameOrPath: string | undefined;
  /** SHA-256 of the base's weights, where the folder names it (Millrace does, PEFT does not). */
  readonly baseSha256: string | undefined;
}

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';
/** Which base, to the bit; PEFT ignores a file that it does not know. */
const BASE = 'base_model.json';

/**
 * Reads what `PeftModel.save_pretrained` or {@link writePeftAdapter} wrote.
 * @throws RangeError that names the setting which asks for more than plain LoRA
 */
export function readPeftAdapter(folder: string): PeftAdapter {
  const config = readJsonObject(folder, CONFIG);
  for (const [field, plain] of Object.entries(PLAIN)) checkPlain(config, field, plain);
  const sha256 = existsSync(join(folder, BASE))
    ? readJsonObject(folder, BASE)['sha256']
    : undefined;
  const base = config['base_model_name_or_path'];
  return {
    rank: positive(config, 'r'),
    alpha: positive(config, 'lora_alpha'),
    dropout: typeof config['lora_dropout'] === 'number' ? config['lora_dropout'] : 0,
    targetModules: names(config['target_modules']),
    rankStabilised: config['use_rslora'] === true,
    baseNameOrPath: typeof base === 'string' ? base : undefined,
    baseSha256: typeof sha256 === 'string' ? sha256 : undefined,
    weights: readWeights(join(folder, WEIGHTS)).weights,
  };
}

/** What plain LoRA has in the settings that change what is computed. */
const PLAIN = {
  peft_type: 'LORA',
  bias: 'none',
  lora_bias: false,
  fan_in_fan_out: false,
  use_dora: false,
  use_qalora: false,
  use_bdlora: null,
  alora_invocation_tokens: null,
  modules_to_save: null,
  target_parameters: null,
  trainable_token_indices: null,
  layer_replication: null,
  rank_pattern: {},
  alpha_pattern: {},
  layers_to_transform: null,
} as const;

function checkPlain(config: JsonObject, field: string, plain: unknown): void {
  const value = config[field] ?? plain;
  if (JSON.stringify(value) === JSON.stringify(plain)) return;
  throw new RangeError(`${CONFIG}: ${field} is ${JSON.stringify(value)}, which is not computed`);
}

function positive(config: JsonObject, field: string): number {
  const value = config[field];
  if (typeof value === 'number' && value > 0) return value;
  throw new RangeError(`${CONFIG}: ${field} is not a positive number`);
}

function names(value: unknown): string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw new RangeError(`${CONFIG}: target_modules is not a list of names`);
}

export interface PeftAdapterExport {
  readonly adapter: LoraAdapter;
  readonly base: {
    /** What a user would give PEFT as the base model: a name, or a path. */
    readonly nameOrPath: string;
    readonly sha256: string;
  };
  /** The model card, Markdown. */
  readonly readme: string;
  /** Files that go beside the adapter as they are, such as the tokenizer's; by path. */
  readonly copied?: readonly string[];
}

/**
 * Writes a folder that Python's PEFT, vLLM and others load. It appears under its name when it is whole: all files, then
 * MANIFEST.json, then the rename. Equal input gives equal bytes.
 * @throws RangeError when the folder exists already
 */
export function writePeftAdapter(
  folder: string,
  { adapter, base, readme, copied = [] }: PeftAdapterExport,
): Manifest {
  if (existsSync(folder))
    throw new RangeError(`${folder} exists already; models are not overwritten`);
  const partial = `${folder}.part`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    for (const file of copied) {
      if (existsSync(file)) copyFileSync(file, join(partial, file.split(/[\\/]/).at(-1) ?? ''));
    }
    writeJson(join(partial, CONFIG), settings(adapter, base.nameOrPath));
    writeJson(join(partial, BASE), { name_or_path: base.nameOrPath, sha256: base.sha256 });
    writeFileSync(join(partial, 'README.md'), readme, { flush: true });
    writeWeights(join(partial, WEIGHTS), adapter.weights);
    const manifest = writeManifest(partial);
    renameSync(partial, folder);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Reads an exported adapter again and compares it with what was meant: every file with its hash, every weight bit by bit.
 * @throws RangeError that names the first file or tensor that differs
 */
export function readBackAdapter(folder: string, weights: Weights): Manifest {
  const manifest = verifyManifest(folder);
  const written = readPeftAdapter(folder).weights;
  if (written.size !== weights.size) {
    throw new RangeError(`${folder} has ${written.size} tensors, not ${weights.size}`);
  }
  for (const [name, weight] of weights) {
    const found = written.get(name);
    if (found && isSameWeight(found, weight)) continue;
    throw new RangeError(`${folder}: tensor ${name} is not what was written`);
  }
  return manifest;
}

/** The settings of PEFT 0.21; older versions read them, too. */
function settings(adapter: LoraAdapter, nameOrPath: string): JsonObject {
  return {
    alpha_pattern: {},
    base_model_name_or_path: nameOrPath,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: adapter.alpha,
    lora_dropout: adapter.dropout,
    modules_to_save: null,
    peft_type: 'LORA',
    r: adapter.rank,
    rank_pattern: {},
    revision: null,
    target_modules: [...adapter.targetModules],
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: adapter.rankStabilised,
  };
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flush: true });
}
