import type { Example } from '@millrace/shared/domain/example';
import { drawRank, type Sifted, sift } from './sieve.ts';

/**
 * Keep at most `limit` copies of each original that is itself kept; which ones is drawn by seed.
 * Until an ablation has shown what copies are worth, the limit is 1.
 */
export function limitCopies<E extends Example>(
  examples: readonly E[],
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Sifted<E> {
  const originals = new Set(examples.filter((e) => e.parentId === null).map((e) => e.id));
  const drawn = new Map<string, E[]>();
  for (const example of examples) {
    if (example.parentId === null) continue;
    drawn.set(example.parentId, [...(drawn.get(example.parentId) ?? []), example]);
  }
  const chosen = new Set<E>();
  for (const copies of drawn.values()) {
    copies.sort((a, b) => (drawRank(seed, a.id) < drawRank(seed, b.id) ? -1 : 1));
    for (const copy of copies.slice(0, limit)) chosen.add(copy);
  }
  return sift(examples, (example) => {
    if (example.parentId === null) return null;
    if (!originals.has(example.parentId)) return 'parent_dropped';
    return chosen.has(example) ? null : 'copy_limit';
  });
}
