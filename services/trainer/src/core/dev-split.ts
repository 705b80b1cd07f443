import type { PairExample } from '@millrace/shared/domain/example';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { groupOfExample } from './user-share.ts';

const share = 0.1;
const most = 256;

/**
 * Cuts a part off the training side for training to be watched by: whole users, so that nothing of a user who
 * is watched is trained on. About a tenth, at most 256 pairs; their copies are neither watched nor trained on.
 */
export function devSplit(
  pairs: readonly PairExample[],
  seed: number,
): { readonly train: readonly PairExample[]; readonly dev: readonly PairExample[] } {
  const wanted = Math.min(most, Math.floor(pairs.length * share));
  const groups = [...new Set(pairs.map(groupOfExample))].sort();
  const sizes = new Map<string, number>();
  for (const pair of pairs) {
    const group = groupOfExample(pair);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const chosen = new Set<string>();
  let count = 0;
  for (const group of shuffled(groups, rngFor(seed, 'dev'))) {
    const size = sizes.get(group) ?? 0;
    if (count + size > wanted) continue;
    chosen.add(group);
    count += size;
  }
  const isDev = (pair: PairExample): boolean => chosen.has(groupOfExample(pair));
  return {
    train: pairs.filter((pair) => !isDev(pair)),
    dev: pairs.filter((pair) => isDev(pair) && pair.parentId === null),
  };
}
