import { leavePOut } from 'ml-cross-validation';
import type { CvStrategy } from './assign-folds.ts';

/** One training of a cross-validation: what it trains on and what it is measured on. */
export interface BucketSplit<T> {
  /** Number of the training, from 0. */
  readonly split: number;
  /** The folds under test. */
  readonly tested: readonly number[];
  readonly train: readonly T[];
  readonly test: readonly T[];
}

export interface BucketOptions {
  /** Fold of each item, 0 to folds - 1, in the order of the items. */
  readonly foldOf: readonly number[];
  readonly folds: number;
  readonly strategy: CvStrategy;
  readonly leaveOut: number;
}

/**
 * The trainings of a cross-validation over buckets that were made beforehand, by the package's leave-p-out over the buckets
 * themselves: nothing is dropped and no seed is drawn. (Its own `kFold` draws from Math.random and silently leaves out
 * samples when k does not divide their number.)
 * Holdout tests the first fold only; forward in time trains on the folds before the tested one.
 */
export function bucketSplits<T>(items: readonly T[], options: BucketOptions): BucketSplit<T>[] {
  const { foldOf, folds, strategy } = options;
  const buckets = Array.from({ length: folds }, (_, fold) => ({
    fold,
    items: items.filter((_, i) => foldOf[i] === fold),
  }));
  const made: Omit<BucketSplit<T>, 'split'>[] = [];
  const numbers = buckets.map(({ fold }) => fold);
  const leaveOut = strategy === 'leave-p-out' ? options.leaveOut : 1;
  leavePOut(buckets, numbers, leaveOut, (train, _, test) => {
    const tested = test.map(({ fold }) => fold);
    const used = train.filter(({ fold }) => strategy !== 'forward' || fold < (tested[0] ?? 0));
    made.push({
      tested,
      train: used.flatMap((bucket) => bucket.items),
      test: test.flatMap((bucket) => bucket.items),
    });
    return tested;
  });
  return made
    .sort((a, b) => byNumbers(a.tested, b.tested))
    .filter(({ tested, train }) => {
      if (strategy === 'holdout') return tested[0] === 0;
      return strategy !== 'forward' || train.length > 0;
    })
    .map((one, split) => ({ split, ...one }));
}

function byNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
