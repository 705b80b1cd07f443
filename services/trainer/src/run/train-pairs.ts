import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingModel } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { TrainingValues } from '../core/chosen-settings.ts';
import { batchMaker } from './mine-negatives.ts';
import { type TextPairs, textsOfPairs } from './text-pairs.ts';

export interface TrainPairsOptions {
  readonly settings: Settings;
  readonly values: TrainingValues;
  readonly seed: number;
  /** Planned batches (planBatches), one a step. */
  readonly steps: readonly (readonly number[])[];
  readonly onStep: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Train a model in place as the final run does, but for early stopping and checkpoints. */
export async function trainPairs(
  model: EmbeddingModel,
  pairs: TextPairs,
  { settings, values, seed, steps, onStep, signal }: TrainPairsOptions,
): Promise<void> {
  const total = steps.length;
  if (total === 0) return;
  const makeBatch = await batchMaker(pairs, {
    model,
    perPair: settings.training.hard_negatives,
    margin: settings.training.hard_negative_margin,
    signal,
  });
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: total,
    seed,
    texts: textsOfPairs(pairs),
    ...(values.microBatchSize !== null && { microBatchSize: values.microBatchSize }),
  });
  try {
    for (const [done, step] of steps.entries()) {
      trainer.trainStep(makeBatch(step));
      onStep(done + 1, total);
      await nextTurn(); // a step blocks the thread: messages and signals are heard between two
      signal?.throwIfAborted();
    }
  } finally {
    trainer.dispose();
  }
}
