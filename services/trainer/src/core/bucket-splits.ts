import { leaveOneOut } from 'ml-cross-validation';

/** One fold of a cross-validation: what it trains on and what it is measured on. */
export interface BucketSplit<T> {
  readonly fold: number;
  readonly train: readonly T[];
  readonly test: readonly T[];
}

/**
 * The splits of a k-fold cross-validation over buckets that were made beforehand, by `leaveOneOut` over the buckets
 * themselves: each is tested once, nothing is dropped, and no seed is drawn. (The package's own `kFold` draws from
 * Math.random and silently leaves out samples when k does not divide their number.)
 * @param foldOf fold of each item, 0 to k - 1, in the order of `items`
 */
export function bucketSplits<T>(items: readonly T[], foldOf: readonly number[]): BucketSplit<T>[] {
  const k = Math.max(...foldOf) + 1;
  const buckets = Array.from({ length: k }, (_, fold) =>
    items.filter((_, i) => foldOf[i] === fold),
  );
  const folds = buckets.map((_, fold) => fold);
  const splits: BucketSplit<T>[] = [];
  leaveOneOut(buckets, folds, (train, trainFolds, test) => {
    // what is left out of the labels is the fold under test
    const fold = folds.find((candidate) => !trainFolds.includes(candidate)) ?? 0;
    splits.push({ fold, train: train.flat(), test: test.flat() });
    return [fold];
  });
  return splits.sort((a, b) => a.fold - b.fold);
}
