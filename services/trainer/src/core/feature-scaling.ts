import type { Example } from '@millrace/shared/domain/example';

/** By name of the feature, in the order of the names: what standardises it. */
export type FeatureScaling = Readonly<
  Record<string, { readonly mean: number; readonly std: number }>
>;

/**
 * Mean and standard deviation (of the whole set, not of a sample of it) of every feature over the examples that have it:
 * scikit-learn's StandardScaler, but that a feature that is the same everywhere has std 0.
 * @param train the training side in canonical order, for sums of floats depend on it
 */
export function fitScaling(train: readonly Example[]): FeatureScaling {
  const values = new Map<string, number[]>();
  for (const { features } of train)
    for (const [name, value] of Object.entries(features)) {
      const column = values.get(name);
      if (column === undefined) values.set(name, [value]);
      else column.push(value);
    }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, column]) => [name, spreadOf(column)]));
}

/**
 * (value - mean) / std in the order of the scaling's names, three digits behind the point; 0 for a feature that is constant or
 * that is missing. Finite whatever the scaling.
 */
export function standardised(
  features: Readonly<Record<string, number>>,
  scaling: FeatureScaling,
): number[] {
  return Object.entries(scaling).map(([name, { mean, std }]) => {
    const value = features[name];
    if (value === undefined || std === 0) return 0;
    return Math.round(((value - mean) / std) * 1000) / 1000 + 0;
  });
}

function spreadOf(column: readonly number[]): { mean: number; std: number } {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  // by its ends, not by a deviation that rounding may leave above 0
  if (column.every((value) => value === column[0])) return { mean: exact(column[0] ?? 0), std: 0 };
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
  return { mean: exact(mean), std: exact(Math.sqrt(variance)) };
}

/** Nine digits: what is written down is what z is computed by. */
const exact = (value: number): number => Number(value.toPrecision(9)) + 0;
