import type { Distribution } from '../results.ts';

/** Mean, standard deviation of the population, least and largest; all zero for no values. */
export function distribution(values: readonly number[]): Distribution {
  if (values.length === 0) return { mean: 0, std: 0, min: 0, max: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean: rounded(mean),
    std: rounded(Math.sqrt(variance)),
    min: rounded(values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    max: rounded(values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
  };
}

/** To four digits behind the point: what a report shows. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
