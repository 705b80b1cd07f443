import { type StepMemory, thatFit } from '../core/batch-size.ts';
import { peakMemory } from './peak-memory.ts';
import type { Trainer } from './train-steps.ts';

/** Share of the free memory that a training may take. */
const share = 0.8;

interface GuardOptions<Item, Batch> {
  /** The longest first; two steps on them show what an item costs. */
  readonly items: readonly Item[];
  /** What memory grows with: pairs, or tokens. */
  readonly sizeOf: (items: readonly Item[]) => number;
  /** A run of so many steps at a learning rate of 0, which leaves the weights as they are, bit by bit. */
  readonly trainer: (steps: number) => Trainer<Batch>;
  readonly batchOf: (items: readonly Item[]) => Batch;
  /** Items of the two steps. */
  readonly counts: readonly [small: number, large: number];
  readonly wanted: number;
  /** MiB; null: by what is free. */
  readonly limit: number | null;
}

/**
 * How much a step can compute together. Host memory only: a GPU's own is not seen.
 * @returns at least 1, at most `wanted`, in what `sizeOf` counts
 */
export function guardMemory<Item, Batch>(options: GuardOptions<Item, Batch>): number {
  const { items, sizeOf, batchOf, counts, wanted, limit } = options;
  const free = process.availableMemory() + process.memoryUsage.rss();
  const mebibytes = limit ?? (share * free) / 2 ** 20;
  const trainer = options.trainer(counts.length + 1);
  const step = (count: number): StepMemory => {
    const some = items.slice(0, count);
    const peak = peakMemory(() => {
      trainer.trainStep(batchOf(some));
    });
    return { size: sizeOf(some), peak };
  };
  try {
    step(counts[0]); // the first step also sets up what every step uses
    return thatFit(wanted, mebibytes, [step(counts[0]), step(counts[1])]);
  } finally {
    trainer.dispose();
  }
}
