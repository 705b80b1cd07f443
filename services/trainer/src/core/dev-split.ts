import type { Example } from '@millrace/shared/domain/example';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { groupOfExample } from './user-share.ts';

const share = 0.1;
const most = 256;

/**
 * Cuts a part off the training side for training to be watched by: whole users, so that nothing of a user who
 * is watched is trained on. About a tenth, at most 256 examples; their copies are neither watched nor trained on.
 */
export function devSplit<E extends Example>(
  examples: readonly E[],
  seed: number,
): { readonly train: readonly E[]; readonly dev: readonly E[] } {
  const wanted = Math.min(most, Math.floor(examples.length * share));
  const groups = [...new Set(examples.map(groupOfExample))].sort();
  const sizes = new Map<string, number>();
  for (const example of examples) {
    const group = groupOfExample(example);
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
  const isDev = (example: E): boolean => chosen.has(groupOfExample(example));
  return {
    train: examples.filter((example) => !isDev(example)),
    dev: examples.filter((example) => isDev(example) && example.parentId === null),
  };
}
