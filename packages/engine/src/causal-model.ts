import type { Backend } from './backend/backend.ts';
import { readCausalFolder } from './formats/causal-folder.ts';
import { type LoraAdapter, readPeftAdapter } from './formats/peft-adapter.ts';
import type { Weight, Weights } from './formats/weight.ts';
import { type CausalExample, causalNet } from './nets/causal-net.ts';
import { firstAdapter } from './nets/first-adapter.ts';
import { fuse, fuseFrozen, unfuse } from './nets/fused-weights.ts';
import { LLAMA_MODULES } from './nets/llama-layout.ts';
import { llamaShape } from './nets/llama-shape.ts';
import { checkLora, type LoraOptions, loraScale } from './nets/lora.ts';
import { mergeLora } from './nets/merge-lora.ts';
import type { TrainableNet } from './nets/net.ts';
import {
  type ByteLevelTokenizer,
  readByteLevelTokenizer,
} from './text/chat/byte-level-tokenizer.ts';
import {
  type CausalTrainer,
  type CausalTrainerOptions,
  causalTrainer,
} from './train/causal-trainer.ts';
import { type GenerateOptions, generateGreedily } from './train/generate.ts';
import { openProgram } from './train/open-program.ts';
import { type ExampleLosses, type ScoreOptions, scoreExamples } from './train/score-examples.ts';

export interface CausalModelOptions {
  readonly backend: Backend;
  /** A Hugging Face folder: config.json, tokenizer.json, safetensors. */
  readonly folder: string;
  /** The adapter that training starts from; needed unless `adapterFolder` is given. */
  readonly lora?: LoraOptions;
  /** A PEFT folder, whose settings and matrices are taken. */
  readonly adapterFolder?: string;
  /**
   * Whether training keeps only the input of each half layer and computes it again on the way back: less memory, about
   * a third more time. Default false.
   */
  readonly gradientCheckpointing?: boolean;
}

/** Which of the two models answers. */
export interface WhichModel {
  /** `base`: as if there were no adapter, exactly. Default `adapter`. */
  readonly model?: 'adapter' | 'base';
}

/** A language model of the Llama family in memory, with one LoRA adapter. Tokens go in and come out. */
export interface CausalModel {
  readonly vocabularySize: number;
  /** Most tokens of an example, or of a prompt with its answer. */
  readonly maxPositions: number;
  /** Names the exact base: SHA-256 of its weight file. A base that was dequantised is another than the original. */
  readonly baseSha256: string;
  readonly tokenizer: ByteLevelTokenizer;
  /** Loss of each example. Blocks the thread between two calls of `onProgress`, a second or two on two cores. */
  losses(
    examples: readonly CausalExample[],
    options?: ScoreOptions & WhichModel,
  ): Promise<ExampleLosses>;
  /** Greedy: the most probable token, again and again. @returns the new tokens, the stop token counted */
  generate(prompt: readonly number[], options: GenerateOptions & WhichModel): Promise<number[]>;
  /** Trains the adapter, in place; the base stays. One trainer at a time. */
  trainer(options: CausalTrainerOptions): CausalTrainer;
  /** The settings of the adapter and its present matrices under PEFT's names, for `writePeftAdapter`. */
  adapter(): LoraAdapter;
  /** The base with the present adapter added in, under the names of the base's files. Reads the base again. */
  merged(): Map<string, Weight>;
  /** Frees all memory. The model and its trainer are of no use after. May be called twice. */
  dispose(): void;
}

/**
 * Reads a folder and puts it on the backend: about 3 s for SmolLM2-135M.
 * @throws RangeError when the folder holds a net that is not computed, or the adapter is of another base
 */
export async function causalModel(options: CausalModelOptions): Promise<CausalModel> {
  const { backend, folder, gradientCheckpointing = false } = options;
  const base = readCausalFolder(folder);
  const shape = llamaShape(base.config);
  const { settings, weights } = adapterOf(options, base.sha256);
  checkLora({ ...settings, seed: options.lora?.seed ?? 0 }, LLAMA_MODULES);
  const net = causalNet(shape, { ...settings, recompute: gradientCheckpointing });
  const adapter = weights
    ? new Map(net.parameters.map((parameter) => [parameter.name, fuse(parameter, weights)]))
    : firstAdapter(net.parameters, options.lora?.seed ?? 0);
  const tokenizer = readByteLevelTokenizer(folder);
  const program = openProgram(backend, net);
  program.freeze(frozenTensors(net, base.weights()));
  program.write('weight', adapter);
  const scale = loraScale(settings);
  const answering = ({ model = 'adapter' }: WhichModel = {}) => ({
    program,
    shape,
    scale: model === 'base' ? 0 : scale,
  });
  const present = (): LoraAdapter => ({
    ...settings,
    weights: matricesOf(net, program.read('weight')),
  });

  return {
    vocabularySize: shape.vocabulary,
    maxPositions: shape.positions,
    baseSha256: base.sha256,
    tokenizer,
    losses: (examples, how = {}) => scoreExamples(answering(how), examples, how),
    generate: (prompt, how) => generateGreedily(answering(how), prompt, how),
    trainer: (run) => causalTrainer({ program, net, shape, scale }, run),
    adapter: present,
    merged: () => mergeLora(base.weights(), present()),
    dispose: () => program.dispose(),
  };
}

type AdapterSettings = Omit<LoraOptions, 'seed'>;

function adapterOf(
  { lora, adapterFolder }: CausalModelOptions,
  baseSha256: string,
): { settings: AdapterSettings; weights?: Weights } {
  if (adapterFolder === undefined) {
    if (!lora) throw new RangeError('a model needs lora or an adapter folder');
    const { seed: _, ...settings } = lora;
    return { settings };
  }
  const {
    weights,
    baseSha256: named,
    baseNameOrPath: _,
    ...settings
  } = readPeftAdapter(adapterFolder);
  if (named !== undefined && named !== baseSha256) {
    throw new RangeError(`${adapterFolder} is an adapter of the base ${named}, not ${baseSha256}`);
  }
  return { settings, weights };
}

/** One at a time, so that one copy at most is held beside the file's own. */
function* frozenTensors(net: TrainableNet, weights: Weights): Generator<[string, Float32Array]> {
  for (const tensor of net.frozen) yield [tensor.name, fuseFrozen(tensor, weights)];
}

function matricesOf(net: TrainableNet, values: ReadonlyMap<string, Float32Array>): Weights {
  return new Map(
    net.parameters.flatMap((parameter) => {
      const data = values.get(parameter.name) ?? new Float32Array();
      return [...unfuse(parameter, data)];
    }),
  );
}
