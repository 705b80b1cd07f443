import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodingBatches } from './encoding-batches.ts';

test('every text stands in one batch, the longest first, and what a batch computes is bounded', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 4096 }), { maxLength: 200 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 64 }), (lengths, batchSize) => {
      const batches = encodingBatches(lengths, batchSize);
      expect(batches.flat().toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
      const longest = batches.map((batch) => Math.max(...batch.map((i) => lengths[i] ?? 0)));
      expect(longest).toEqual(longest.toSorted((a, b) => b - a));
      batches.forEach((batch, b) => {
        expect(batch.length).toBeLessThanOrEqual(batchSize);
        const scores = batch.length * (longest[b] ?? 0) ** 2;
        expect(batch.length === 1 || scores <= 32 * 256 * 256).toBe(true);
      });
    }),
  );
});
