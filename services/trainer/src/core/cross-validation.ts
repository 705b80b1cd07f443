import type { CvStrategy } from './assign-folds.ts';
import type { LabelConfusion } from './label-confusion.ts';

/** Queries of one length and how many found a true reply at rank 1. */
export interface LengthStratum {
  /** Words of the query: `1-4`, `5-9`, `10-19`, `20+`. */
  readonly words: string;
  readonly queries: number;
  readonly hit: number;
  readonly miss: number;
}

/** One training of a cross-validation. Names as in documents. */
export interface Fold {
  /** Number of the training, from 0. */
  readonly fold: number;
  /** The folds that it was measured on; leave-p-out tests several. */
  readonly tested: readonly number[];
  readonly train: number;
  /** Examples left out of the training because a text of theirs is nearly said in the tested folds. */
  readonly masked: number;
  /** Examples left out because they came after the first tested one; forward in time only. */
  readonly later: number;
  readonly validation: number;
  readonly groups: number;
  readonly steps: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly by_length: readonly LengthStratum[];
  /** Labels of held-out sessions, guessed from their nearest neighbours; null where there are none to guess. */
  readonly labels: LabelConfusion | null;
  readonly seconds: number;
  readonly cache: 'hit' | 'miss';
}

/** What a cross-validation came to. Names as in documents. */
export interface CrossValidation {
  readonly strategy: CvStrategy | 'none';
  /** Folds; null: there was no cross-validation, and the notes say why. */
  readonly n_splits: number | null;
  readonly random_state: number;
  /** Steps that each fold may train at most. */
  readonly max_steps: number;
  /** Name in `metadata.labels` by which folds are stratified and neighbours judged. */
  readonly label: string | null;
  readonly folds: readonly Fold[];
  /** Over the folds, by metric. */
  readonly mean: Readonly<Record<string, number>>;
  readonly std: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

const strata = [
  { words: '1-4', least: 0 },
  { words: '5-9', least: 5 },
  { words: '10-19', least: 10 },
  { words: '20+', least: 20 },
] as const;

/** Hits and misses at rank 1 by the length of the query. @param hits whether each query's first reply is a true one */
export function byLength(
  queries: readonly string[],
  hits: readonly boolean[],
): readonly LengthStratum[] {
  const stratumOf = (query: string): string => {
    const words = query.trim().split(/\s+/u).length;
    return strata.findLast(({ least }) => words >= least)?.words ?? strata[0].words;
  };
  return strata.map(({ words }) => {
    const own = hits.filter((_, i) => stratumOf(queries[i] ?? '') === words);
    const hit = own.filter(Boolean).length;
    return { words, queries: own.length, hit, miss: own.length - hit };
  });
}

/** Mean and standard deviation (of the population) over the folds, by metric. */
export function spreadOf(folds: readonly Pick<Fold, 'metrics'>[]): {
  readonly mean: Readonly<Record<string, number>>;
  readonly std: Readonly<Record<string, number>>;
} {
  const names = Object.keys(folds[0]?.metrics ?? {});
  const figures = names.map((name) => {
    const values = folds.map((fold) => fold.metrics[name] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { name, mean: rounded(mean), std: rounded(Math.sqrt(variance)) };
  });
  return {
    mean: Object.fromEntries(figures.map(({ name, mean }) => [name, mean])),
    std: Object.fromEntries(figures.map(({ name, std }) => [name, std])),
  };
}

/** To four digits behind the point: what a report shows. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
