import { readFileSync } from 'node:fs';
import { aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fitScaling, standardised } from './feature-scaling.ts';

const columns = z.array(z.array(z.number()));
const { scaler } = z
  .object({
    scaler: z.object({
      fitted_on: columns,
      mean: z.array(z.number()),
      std: z.array(z.number()),
      z: columns,
    }),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../golden/standard-scaler.json', import.meta.url), 'utf8')),
  );

const pairOf = (features: Record<string, number>, position = 0) => ({
  ...aPair({ session: `s${position}`, position }),
  features,
});

describe('fitScaling()', () => {
  const train = scaler.fitted_on.map(([a = 0, b = 0, c = 0], i) => pairOf({ c, b, a }, i));
  const scaling = fitScaling(train);

  it("equals scikit-learn's, in the order of the names, but for the constant one", () => {
    expect(Object.keys(scaling)).toEqual(['a', 'b', 'c']);
    Object.values(scaling).forEach(({ mean, std }, i) => {
      expect(mean).toBeCloseTo(scaler.mean[i] ?? Number.NaN, 6);
      expect(std).toBeCloseTo(i === 1 ? 0 : (scaler.std[i] ?? Number.NaN), 6);
    });
    train.forEach(({ features }, row) => {
      const found = standardised(features, scaling);
      for (const [i, value] of found.entries())
        expect(value).toBeCloseTo(scaler.z[row]?.[i] ?? Number.NaN, 2);
    });
  });

  it('gives 0 for a constant feature, also for another value of it, and for a missing one', () => {
    expect(standardised({ a: 3.2, b: 7 }, scaling)).toEqual([0, 0, 0]);
    expect(fitScaling([pairOf({ x: 0.1 }, 0), pairOf({ x: 0.1 }, 1)])).toEqual({
      x: { mean: 0.1, std: 0 },
    });
  });

  it('is empty without examples or features', () => {
    expect(fitScaling([])).toEqual({});
    expect(fitScaling([pairOf({})])).toEqual({});
  });
});
