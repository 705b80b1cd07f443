import { type Rng, rng } from '@millrace/shared/domain/rng';

export interface PairedDifferences {
  /** Candidate minus reference, one a query. */
  readonly differences: readonly number[];
  /** The user of each query: queries of one user are not independent. */
  readonly groups: readonly string[];
}

export interface BootstrapOptions {
  readonly draws: number;
  /** One-sided, 0.95: 5 % of the draws lie below the bound. */
  readonly confidence: number;
  readonly seed: number;
}

/** Both bounds of a mean difference: below the lower one, and above the upper one, lie equal shares of the draws. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Bounds of the mean difference, by a paired cluster bootstrap: whole groups are drawn with replacement, and each
 * draw's mean is over the queries it holds. O(draws x groups). Where a difference is NaN nothing is known, so are the bounds.
 * @see Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13
 */
export function interval(
  { differences, groups }: PairedDifferences,
  { draws, confidence, seed }: BootstrapOptions,
): Interval {
  // sorted behind all others, what is no number would raise the lower bound
  if (differences.some(Number.isNaN)) return { lower: Number.NaN, upper: Number.NaN };
  const clusters = groupSums(differences, groups);
  const random = rng(seed);
  const means = Float64Array.from({ length: draws }, () => drawMean(clusters, random)).sort();
  const below = Math.floor((1 - confidence) * draws);
  return { lower: means[below] ?? 0, upper: means[draws - 1 - below] ?? 0 };
}

/** The lower one alone: with that confidence the mean difference is at least that. */
export const lowerBound = (found: PairedDifferences, options: BootstrapOptions): number =>
  interval(found, options).lower;

interface Cluster {
  readonly sum: number;
  readonly count: number;
}

function groupSums(differences: readonly number[], groups: readonly string[]): readonly Cluster[] {
  const sums = new Map<string, Cluster>();
  for (const [i, difference] of differences.entries()) {
    const group = groups[i] ?? '';
    const { sum, count } = sums.get(group) ?? { sum: 0, count: 0 };
    sums.set(group, { sum: sum + difference, count: count + 1 });
  }
  return [...sums.values()];
}

function drawMean(clusters: readonly Cluster[], random: Rng): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < clusters.length; i++) {
    const cluster = clusters[Math.floor(random() * clusters.length)];
    sum += cluster?.sum ?? 0;
    count += cluster?.count ?? 0;
  }
  return count === 0 ? 0 : sum / count;
}
