import { UserError } from '@millrace/shared/domain/errors';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';

export interface FoldOptions<T> {
  readonly k: number;
  readonly seed: number;
  /** What must not be torn apart: the user, or the session of one who has no name. Copies share their original's. */
  readonly groupOf: (item: T) => string;
  /** What every fold should hold alike; without it, or with one for all, only sizes are evened out. */
  readonly stratumOf?: (item: T) => string;
}

/**
 * Stratified group k-fold: the fold of each item, 0 to k - 1. No group lies in two folds, no fold is empty; each fold gets of
 * every stratum as much as the groups allow (the group that is most of one stratum first, into the fold that it makes least
 * uneven). With one stratum sizes are evened out, largest group first. The order of the items changes nothing.
 * O(groups x k x strata of a group); 60 ms for 1,556 groups.
 * @see scikit-learn's StratifiedGroupKFold, the same greedy rule
 * @throws UserError (exit 2) when there are fewer groups than folds
 */
export function kFolds<T>(items: readonly T[], options: FoldOptions<T>): readonly number[] {
  const { k, seed, groupOf, stratumOf = () => '' } = options;
  const groups = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  for (const item of items) {
    const counts = groups.get(groupOf(item)) ?? new Map<string, number>();
    groups.set(groupOf(item), count(counts, stratumOf(item)));
    count(totals, stratumOf(item));
  }
  if (groups.size < k) throw tooFewGroups(k, groups.size);
  const sizeOf = (group: string): number => sumOf(groups.get(group) ?? new Map());
  const unevenness = (group: string): number =>
    deviation([...totals.keys()].map((stratum) => groups.get(group)?.get(stratum) ?? 0));
  const order = shuffled([...groups.keys()].sort(), rngFor(seed, 'folds')).sort(
    (a, b) => unevenness(b) - unevenness(a) || sizeOf(b) - sizeOf(a),
  );
  const sharesOf = new Map([...totals.keys()].map((stratum) => [stratum, new Float64Array(k)]));
  const sizes = new Float64Array(k);
  const foldOf = new Map<string, number>();
  for (const group of order) {
    const brings = [...(groups.get(group) ?? [])].map(([stratum, n]) => ({
      shares: sharesOf.get(stratum) ?? sizes,
      share: n / (totals.get(stratum) ?? 1),
    }));
    const costs = Array.from(sizes, (_, fold) =>
      brings.reduce((sum, { shares, share }) => sum + widening(shares, fold, share), 0),
    );
    const fold = leastOf(costs, sizes);
    foldOf.set(group, fold);
    for (const { shares, share } of brings) shares[fold] = (shares[fold] ?? 0) + share;
    sizes[fold] = (sizes[fold] ?? 0) + sizeOf(group);
  }
  return items.map((item) => foldOf.get(groupOf(item)) ?? 0);
}

/** By how much the standard deviation over the folds grows when one of them takes up `more`. */
function widening(shares: Float64Array, fold: number, more: number): number {
  return deviation(shares.with(fold, (shares[fold] ?? 0) + more)) - deviation(shares);
}

function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
}

/** Position of the least cost; of equal ones that of the smallest size, then the first. */
function leastOf(costs: readonly number[], sizes: Float64Array): number {
  let best = 0;
  for (let at = 1; at < costs.length; at++) {
    const difference = (costs[at] ?? 0) - (costs[best] ?? 0);
    if (difference < -1e-12) best = at;
    else if (difference < 1e-12 && (sizes[at] ?? 0) < (sizes[best] ?? 0)) best = at;
  }
  return best;
}

function count(counts: Map<string, number>, name: string, by = 1): Map<string, number> {
  return counts.set(name, (counts.get(name) ?? 0) + by);
}

const sumOf = (counts: ReadonlyMap<string, number>): number => {
  let sum = 0;
  for (const n of counts.values()) sum += n;
  return sum;
};

const tooFewGroups = (k: number, groups: number): UserError =>
  new UserError(
    'MILLRACE_TRAINING_TOO_FEW_GROUPS',
    `${k} folds need ${k} users, the training side has ${groups}; use ${Math.max(2, groups)} folds or fewer, or another strategy`,
    { exitCode: 2 },
  );

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
