import { UserError } from '@millrace/shared/domain/errors';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';

export interface FoldOptions<T> {
  readonly k: number;
  readonly seed: number;
  /** What must not be torn apart: the user, or the session of one who has no name. Copies share their original's. */
  readonly groupOf: (item: T) => string;
}

/**
 * Group k-fold: the fold of each item, 0 to k - 1. No group lies in two folds, no fold is empty; folds are as even as
 * the groups allow (largest group first, into the smallest fold). The order of the items changes nothing.
 * @throws UserError (exit 2) when there are fewer groups than folds
 */
export function kFolds<T>(items: readonly T[], options: FoldOptions<T>): readonly number[] {
  const { k, seed, groupOf } = options;
  const sizes = new Map<string, number>();
  for (const item of items) sizes.set(groupOf(item), (sizes.get(groupOf(item)) ?? 0) + 1);
  if (sizes.size < k) {
    throw new UserError(
      'MILLRACE_TRAINING_TOO_FEW_GROUPS',
      `${k} folds need ${k} users, the data has ${sizes.size}; use ${Math.max(2, sizes.size)} folds or fewer, or another strategy`,
      { exitCode: 2 },
    );
  }
  const groups = shuffled([...sizes.keys()].sort(), rngFor(seed, 'folds')).sort(
    (a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0),
  );
  const load = Array.from({ length: k }, () => 0);
  const foldOf = new Map<string, number>();
  for (const group of groups) {
    const fold = load.indexOf(Math.min(...load));
    foldOf.set(group, fold);
    load[fold] = (load[fold] ?? 0) + (sizes.get(group) ?? 0);
  }
  return items.map((item) => foldOf.get(groupOf(item)) ?? 0);
}

export interface Splits {
  /** Null: no cross-validation is possible. */
  readonly k: number | null;
  readonly note: string | null;
}

/** How many folds an automatic run makes: `n_splits`, or as many as there are groups, said. */
export function splitsFor(groups: number, nSplits: number): Splits {
  if (groups >= nSplits) return { k: nSplits, note: null };
  if (groups < 2) return { k: null, note: `no cross-validation: ${groups} users, 2 are needed` };
  return { k: groups, note: `n_splits lowered from ${nSplits} to ${groups}: ${groups} users` };
}
