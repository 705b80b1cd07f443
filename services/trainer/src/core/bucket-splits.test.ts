import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CvStrategy } from './assign-folds.ts';
import { bucketSplits } from './bucket-splits.ts';

const splitsOf = (foldOf: readonly number[], folds: number, strategy: CvStrategy, leaveOut = 1) =>
  bucketSplits([...foldOf.keys()], { foldOf, folds, strategy, leaveOut });

const ascending = (items: readonly number[]): number[] => items.toSorted((a, b) => a - b);

const anyFolds = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.array(fc.nat(), { maxLength: 40 }))
  .map(([k, rest]) => ({ k, foldOf: [...Array(k).keys(), ...rest.map((n) => n % k)] }));

describe('bucketSplits', () => {
  it('tests every item once and trains on all others', () => {
    fc.assert(
      fc.property(anyFolds, ({ k, foldOf }) => {
        const splits = splitsOf(foldOf, k, 'group-k-fold');
        expect(splits.map((s) => s.tested)).toEqual([...Array(k).keys()].map((fold) => [fold]));
        expect(ascending(splits.flatMap((s) => s.test))).toEqual([...foldOf.keys()]);
        for (const { tested, train, test } of splits) {
          expect(test.every((i) => tested.includes(foldOf[i] ?? -1))).toBe(true);
          expect(ascending([...train, ...test])).toEqual([...foldOf.keys()]);
        }
      }),
    );
  });

  it('tests the first fold only, as a holdout', () => {
    const splits = splitsOf([0, 1, 2, 0], 3, 'holdout');
    expect(splits).toEqual([{ split: 0, tested: [0], train: [1, 2], test: [0, 3] }]);
  });

  it('trains on earlier folds only, forward in time', () => {
    const splits = splitsOf([0, 1, 2, 2], 3, 'forward');
    expect(splits.map(({ tested, train, test }) => ({ tested, train, test }))).toEqual([
      { tested: [1], train: [0], test: [1] },
      { tested: [2], train: [0, 1], test: [2, 3] },
    ]);
  });

  it('leaves out every choice of p folds once', () => {
    const splits = splitsOf([0, 1, 2, 3], 4, 'leave-p-out', 2);
    expect(splits.map((s) => s.tested)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(splits.map((s) => s.train)).toEqual([
      [2, 3],
      [1, 3],
      [1, 2],
      [0, 3],
      [0, 2],
      [0, 1],
    ]);
  });
});
