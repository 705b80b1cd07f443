import type { Backend } from './backend/backend.ts';
import type { Prompts } from './formats/sentence-modules.ts';
import { readSentenceTransformer } from './formats/sentence-transformer.ts';
import type { Weight, Weights } from './formats/weight.ts';
import { bertShape } from './nets/bert-shape.ts';
import { readTokenizer } from './text/tokenizer.ts';
import { openProgram } from './train/open-program.ts';
import type { TrainStep } from './train/run.ts';
import { type EncodeOptions, tokenModel } from './train/token-model.ts';
import type { TrainerOptions } from './train/token-trainer.ts';

export interface EmbeddingModelOptions {
  readonly backend: Backend;
  /** A sentence-transformers folder: config.json, tokenizer.json, model.safetensors. */
  readonly folder: string;
  /** Longer texts are cut, in tokens; more than the model itself takes is lowered to that. */
  readonly maxSequenceLength: number;
  /** Share of the numbers that training drops, where BERT does; default 0. `encode` never drops. */
  readonly dropout?: number;
}

/** A sentence-embedding model in memory: mean of BERT's last layer, length 1. */
export interface EmbeddingModel {
  /** Length of an embedding. */
  readonly dimension: number;
  /** What holds: what was asked for, or what the model takes at most where that is less. */
  readonly maxSequenceLength: number;
  /** What the folder says is put before questions and replies; `encode` adds neither. */
  readonly prompts: Prompts;
  /** One sentence for each thing that is done otherwise than the folder says; often empty. */
  readonly notes: readonly string[];
  /**
   * @returns (texts, dimension) unit rows, in the order of the texts
   * @throws the signal's reason when it is aborted, between two batches
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array>;
  /** Trains this model's weights, in place. One trainer at a time. */
  trainer(options: EmbeddingTrainerOptions): EmbeddingTrainer;
  /** The present weights under the names of the folder's model.safetensors, for export. */
  weights(): Map<string, Weight>;
  /** Frees all memory. The model and its trainer are of no use after. May be called twice. */
  dispose(): void;
}

/** Pairs of texts; the positive of one pair is a negative for the others, unless the texts or the groups are equal. */
export interface PairBatch {
  readonly anchors: readonly string[];
  readonly positives: readonly string[];
  /** Where pairs come from, like a session. */
  readonly groups?: readonly string[];
  /** Further texts that anchors must tell from their positives, like those mined for them. */
  readonly negatives?: readonly NegativeText[];
}

export interface NegativeText {
  readonly text: string;
  /** What it truly answers: it is no negative of an equal anchor. */
  readonly anchor: string;
  readonly group?: string;
}

export interface EmbeddingTrainerOptions extends TrainerOptions {
  /**
   * All texts that are trained on, and all that are encoded before the trainer is given back. Training then holds the rows
   * of their tokens only: less time, memory and disk, and the model becomes the same. Default: any text may come.
   */
  readonly texts?: readonly string[];
}

export interface EmbeddingTrainer {
  /** Steps done. */
  readonly step: number;
  /**
   * One step on one batch. Blocks the thread until it is done: about 0.4 s for 32 pairs of chat messages on two cores.
   * @throws TrainingDiverged when loss or gradient is no number any more; the weights are then lost
   * @throws RangeError when the batch is empty or uneven, or all steps are done
   */
  trainStep(batch: PairBatch): TrainStep;
  /** Everything needed to continue bit by bit as if never interrupted: weights, moments, step; three times what is trained. */
  checkpoint(): Map<string, Weight>;
  /** @throws RangeError when the checkpoint is of another net, or of a run with other steps or seed */
  restore(checkpoint: Weights): void;
  /** Frees what only training needs; the model stays, trained. May be called twice. */
  dispose(): void;
}

/**
 * Reads a sentence-transformers folder and puts it on the backend: about 0.8 s for all-MiniLM-L6-v2.
 * @throws RangeError when the folder holds another net than BERT with mean pooling
 */
export async function embeddingModel({
  backend,
  folder,
  maxSequenceLength: wanted,
  dropout = 0,
}: EmbeddingModelOptions): Promise<EmbeddingModel> {
  const { config, weights, maxTokens, prompts, notes } = readSentenceTransformer(folder);
  const shape = bertShape(config);
  const tokenizer = readTokenizer(folder);
  const model = tokenModel({
    shape,
    weights,
    dropout,
    openProgram: (net) => openProgram(backend, net),
  });
  const maxSequenceLength = Math.min(wanted, maxTokens);
  const tokens = (texts: readonly string[]): number[][] =>
    texts.map((text) => tokenizer.encode(text, maxSequenceLength));

  return {
    dimension: model.dimension,
    maxSequenceLength,
    prompts,
    notes,
    encode: (texts, options) => model.encode(tokens(texts), options),
    trainer: ({ texts, ...options }) => {
      const trainer = model.trainer({ ...options, ...(texts && { texts: tokens(texts) }) });
      return {
        get step() {
          return trainer.step;
        },
        trainStep: ({ anchors, positives, groups, negatives = [] }) =>
          trainer.trainStep({
            anchors: tokens(anchors),
            positives: tokens(positives),
            ...(groups && { groups }),
            negatives: negatives.map((negative) => ({
              ...negative,
              text: tokenizer.encode(negative.text, maxSequenceLength),
              anchor: tokenizer.encode(negative.anchor, maxSequenceLength),
            })),
          }),
        checkpoint: trainer.checkpoint,
        restore: trainer.restore,
        dispose: trainer.dispose,
      };
    },
    weights: model.weights,
    dispose: model.dispose,
  };
}
