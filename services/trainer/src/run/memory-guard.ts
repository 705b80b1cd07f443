import type { EmbeddingModel } from '@millrace/engine';
import { pairsThatFit, type StepMemory } from '../core/batch-size.ts';
import type { BatchPair } from '../core/batches.ts';
import { peakMemory } from './peak-memory.ts';

/** Share of the free memory that a training may take. */
const share = 0.8;
const measured = [2, 8] as const;

interface GuardOptions {
  readonly model: EmbeddingModel;
  readonly pairs: readonly BatchPair[];
  readonly wanted: number;
  /** MiB; null: by what is free. */
  readonly limit: number | null;
}

/**
 * The most pairs that a step can compute together: two steps on the longest pairs there are, which change nothing, show
 * what a pair costs. Host memory only: a GPU's own is not seen.
 */
export function guardMemory({ model, pairs, wanted, limit }: GuardOptions): number {
  const longest = pairs.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, Math.max(...measured));
  const free = process.availableMemory() + process.memoryUsage.rss();
  const mebibytes = limit ?? (share * free) / 2 ** 20;
  // a learning rate of 0 leaves the weights as they are, bit by bit
  const trainer = model.trainer({ learningRate: 0, totalSteps: measured.length + 1, seed: 0 });
  const step = (count: number): StepMemory => {
    const some = longest.slice(0, count);
    const peak = peakMemory(() => {
      trainer.trainStep({
        anchors: some.map(({ anchor }) => anchor),
        positives: some.map(({ positive }) => positive),
      });
    });
    return { pairs: some.length, peak };
  };
  try {
    step(measured[0]); // the first step also sets up what every step uses
    return pairsThatFit(wanted, mebibytes, [step(measured[0]), step(measured[1])]);
  } finally {
    trainer.dispose();
  }
}

const sizeOf = ({ anchor, positive }: BatchPair): number =>
  Math.max(anchor.length, positive.length);
