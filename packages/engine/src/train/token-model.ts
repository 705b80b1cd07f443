import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Weight, Weights } from '../formats/weight.ts';
import { bertGeometry } from '../nets/bert-geometry.ts';
import { bertParameters } from '../nets/bert-parameters.ts';
import type { BertShape } from '../nets/bert-shape.ts';
import { embeddingNet } from '../nets/embedding-net.ts';
import { fuseAll, unfuse } from '../nets/fused-weights.ts';
import type { Parameter, TrainableNet } from '../nets/net.ts';
import { encodingBatches } from './encoding-batches.ts';
import { loadedNet } from './loaded-net.ts';
import { narrowTrainer } from './narrow-trainer.ts';
import type { Program } from './program.ts';
import { type TokenTrainer, type TrainerOptions, tokenTrainer } from './token-trainer.ts';

/** Attention buckets of a batch: a step at 64 tokens is 5 % faster with 2 than with 1, and no faster with 4. */
const BUCKETS = 2;
const DEFAULT_BATCH_SIZE = 32;
const WORDS = 'embeddings.word_embeddings.weight';

export interface EncodeOptions {
  /** Texts a call to TensorFlow at most; default 32. Fewer where they are long: attention grows with the square. */
  readonly batchSize?: number;
  /** Called after each batch, with the texts that are done. */
  readonly onProgress?: (done: number) => void;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

export interface TokenTrainerOptions extends TrainerOptions {
  /**
   * All texts that are trained on, and all that are encoded before the trainer is given back. Training then holds the rows
   * of their tokens only: a step of 32 pairs takes 6 % less time, memory and checkpoints are smaller, and the model
   * becomes the same (run-vocabulary.ts). Default: any text may come.
   */
  readonly texts?: Iterable<readonly number[]>;
}

/** A sentence-embedding model over token ids. */
export interface TokenModel {
  /** Length of an embedding. */
  readonly dimension: number;
  /** @returns (texts, dimension) unit rows, in the order of the texts */
  encode(texts: readonly (readonly number[])[], options?: EncodeOptions): Promise<Float32Array>;
  /** Trains this model's weights. One trainer at a time. */
  trainer(options: TokenTrainerOptions): TokenTrainer;
  /** The present weights and all tensors that the net does not compute, under the names of the model file. */
  weights(): Map<string, Weight>;
  dispose(): void;
}

export interface TokenModelParts {
  readonly shape: BertShape;
  /** Under the names of Hugging Face's BertModel, all with or all without the prefix `bert.`. */
  readonly weights: Weights;
  readonly openProgram: (net: TrainableNet) => Program;
  /** Share of the numbers that training drops; default 0. `encode` never drops. */
  readonly dropout?: number;
}

/** @throws RangeError when a weight is missing or has another shape */
export function tokenModel({
  shape,
  weights,
  openProgram,
  dropout = 0,
}: TokenModelParts): TokenModel {
  const parameters = parametersOf(bertParameters(shape), weights);
  const { fused, untouched } = fuseAll(parameters, weights);
  const loaded = loadedNet({
    vocabulary: shape.vocabulary,
    hidden: shape.hidden,
    values: fused,
    netOf: (vocabulary) => embeddingNet({ ...shape, vocabulary }, { buckets: BUCKETS, dropout }),
    openProgram,
  });
  const geometry = (texts: readonly (readonly number[])[]) =>
    bertGeometry(texts.map(loaded.rowsOf), BUCKETS, shape);
  const start = (options: TrainerOptions): TokenTrainer =>
    tokenTrainer({ program: loaded.program, net: loaded.net, geometry }, options);

  return {
    dimension: shape.hidden,
    encode: async (texts, { batchSize = DEFAULT_BATCH_SIZE, onProgress, signal } = {}) => {
      const embeddings = new Float32Array(texts.length * shape.hidden);
      const lengths = texts.map(({ length }) => length);
      let done = 0;
      for (const batch of encodingBatches(lengths, batchSize)) {
        signal?.throwIfAborted();
        const { feeds } = geometry(batch.map((i) => texts[i] ?? []));
        const rows = loaded.program.forward(feeds);
        batch.forEach((text, row) => {
          const from = row * shape.hidden;
          embeddings.set(rows.subarray(from, from + shape.hidden), text * shape.hidden);
        });
        done += batch.length;
        onProgress?.(done);
        await nextTurn();
      }
      return embeddings;
    },
    trainer: ({ texts, ...options }) =>
      texts === undefined ? start(options) : narrowTrainer(loaded, texts, () => start(options)),
    weights: () => {
      const present = loaded.values();
      const exported = new Map(untouched);
      for (const parameter of parameters) {
        const data = present.get(parameter.name) ?? new Float32Array();
        for (const [name, weight] of unfuse(parameter, data)) exported.set(name, weight);
      }
      return exported;
    },
    dispose: () => loaded.dispose(),
  };
}

/** The net's parameters, with the names that this model file has for their sources. */
function parametersOf(parameters: readonly Parameter[], weights: Weights): Parameter[] {
  const prefix = weights.has(`bert.${WORDS}`) ? 'bert.' : '';
  return parameters.map((parameter) => ({
    ...parameter,
    sources: parameter.sources.map(({ name = '', rows }) => ({ name: prefix + name, rows })),
  }));
}
