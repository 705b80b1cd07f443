import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketSplits } from './bucket-splits.ts';

test('bucketSplits() tests every item once and trains on all others', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      (k, rest) => {
        const foldOf = [...Array(k).keys(), ...rest.map((n) => n % k)];
        const items = foldOf.map((_, i) => i);
        const splits = bucketSplits(items, foldOf);
        expect(splits.map((s) => s.fold)).toEqual([...Array(k).keys()]);
        expect(splits.flatMap((s) => s.test).sort((a, b) => a - b)).toEqual(items);
        for (const { fold, train, test: tested } of splits) {
          expect(tested.every((i) => foldOf[i] === fold)).toBe(true);
          expect([...train, ...tested].sort((a, b) => a - b)).toEqual(items);
        }
      },
    ),
  );
});
