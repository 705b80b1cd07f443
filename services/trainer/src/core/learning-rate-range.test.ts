import { describe, expect, it } from 'vitest';
import { chooseRate, rangeRates } from './learning-rate-range.ts';

const rates = rangeRates(31);
/** Falls around `centre`, in log space, and rises from 3e-4 on. */
const curve = (centre: number, depth: number) =>
  rates.map((rate) => {
    const fall = depth / (1 + (centre / rate) ** 2);
    return { rate, loss: 3 - fall + Math.max(0, Math.log10(rate / 3e-4)) * 8 };
  });

describe('a range test', () => {
  it('goes from the lowest rate to the highest by one factor', () => {
    expect(rates[0]).toBeCloseTo(1e-6, 12);
    expect(rates.at(-1)).toBeCloseTo(1e-3, 9);
    expect((rates[11] ?? 0) / (rates[10] ?? 1)).toBeCloseTo((rates[1] ?? 0) / (rates[0] ?? 1), 9);
  });

  it.each([1e-5, 5e-5, 1e-4])('chooses a rate where the loss falls fastest: %d', (centre) => {
    const rate = chooseRate(curve(centre, 1), 3) ?? 0;
    expect(rate).toBeGreaterThan(centre / 1.7);
    expect(rate).toBeLessThan(centre * 1.7);
  });

  it('chooses none when the loss does not fall, or only by a hair', () => {
    expect(chooseRate(curve(1e-5, 0), 3)).toBeNull();
    expect(chooseRate(curve(1e-5, 0.01), 3)).toBeNull();
    expect(chooseRate([{ rate: 1e-6, loss: Number.NaN }], 3)).toBeNull();
  });
});
