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

/**
 * Lower bound of the mean difference, by a paired cluster bootstrap: whole groups are drawn with replacement, and each
 * draw's mean is over the queries it holds. O(draws x groups).
 * @see Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13
 */
export function lowerBound(
  { differences, groups }: PairedDifferences,
  { draws, confidence, seed }: BootstrapOptions,
): number {
  const clusters = groupSums(differences, groups);
  const random = rng(seed);
  const means = Float64Array.from({ length: draws }, () => drawMean(clusters, random)).sort();
  return means[Math.floor((1 - confidence) * draws)] ?? 0;
}

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
