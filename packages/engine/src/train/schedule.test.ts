import { describe, expect, test } from 'vitest';
import { scheduledRate } from './schedule.ts';

const rates = (totalSteps: number, warmupShare: number): number[] =>
  Array.from({ length: totalSteps + 1 }, (_, step) =>
    scheduledRate({ learningRate: 1, totalSteps, warmupShare }, step),
  );

describe('scheduledRate()', () => {
  test('rises to the full rate over the warm-up and falls to 0 at the end', () => {
    expect(rates(10, 0.2)).toEqual([0.5, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0]);
  });

  test('starts at the full rate without a warm-up', () => {
    expect(rates(4, 0)).toEqual([1, 1, 2 / 3, 1 / 3, 0]);
  });

  test('stays between 0 and the full rate for runs of one step and for a warm-up that never ends', () => {
    for (const rate of [...rates(1, 0.1), ...rates(5, 1)]) {
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
    }
  });
});
