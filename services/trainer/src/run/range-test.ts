import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EmbeddingModel, TrainingDiverged } from '@millrace/engine';
import type { BatchPair } from '../core/batches.ts';
import { chooseRate, type RangePoint, rangeRates } from '../core/learning-rate-range.ts';
import { lossOf } from './loss-of.ts';

const steps = 40;
/** A probe loss this far above that of the start says that the rates to come are of no use. */
const tooFar = 1.5;

export interface RangeTest {
  readonly points: readonly RangePoint[];
  /** Null: no rate stood out. */
  readonly chosen: number | null;
}

interface RangeTestOptions {
  readonly model: EmbeddingModel;
  /** At least one; used over again where the test is longer. */
  readonly batches: readonly (readonly BatchPair[])[];
  /** Pairs that the loss is read on, none of them in a batch. */
  readonly probe: readonly BatchPair[];
  readonly microBatchSize: number | null;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains with a learning rate that grows from step to step and reads the loss of the same pairs after each, then puts the
 * weights back bit by bit. Fixed pairs, not the batch's own loss, so that the curve shows the rate and not the batches.
 */
export async function rangeTest(options: RangeTestOptions): Promise<RangeTest> {
  const { model, batches, probe, seed, signal, microBatchSize } = options;
  const rates = rangeRates(steps);
  const trainer = model.trainer({
    learningRate: 0,
    rateOf: (step) => rates[step] ?? 0,
    totalSteps: steps,
    seed,
    ...(microBatchSize !== null && { microBatchSize }),
  });
  const before = trainer.checkpoint();
  const points: RangePoint[] = [];
  try {
    const start = await lossOf(model, probe);
    for (const [i, rate] of rates.entries()) {
      signal?.throwIfAborted();
      const batch = batches[i % batches.length] ?? [];
      try {
        trainer.trainStep({
          anchors: batch.map(({ anchor }) => anchor),
          positives: batch.map(({ positive }) => positive),
          groups: batch.map(({ session }) => session),
        });
      } catch (error) {
        if (error instanceof TrainingDiverged) break;
        throw error;
      }
      const loss = await lossOf(model, probe);
      if (!Number.isFinite(loss)) break;
      points.push({ rate, loss });
      if (loss > start * tooFar) break;
      await nextTurn();
    }
    return { points, chosen: chooseRate(points, start) };
  } finally {
    trainer.restore(before);
    trainer.dispose();
  }
}
