import type { Example } from '@millrace/shared/domain/example';
import { drawRank, type Sifted, sift } from './sieve.ts';

/**
 * Copies of each original that may train, by technique: what an ablation came to. 0: the technique is off. A technique that is
 * not named was not ablated yet; all of those together may give one copy of each original.
 */
export type CopyPolicy = Readonly<Record<string, number>>;

/** Copies of one original that train before an ablation has been run, of all techniques that it has not judged. */
const copiesBefore = 1;

/** Keep the copies that the policy allows, of each original that is itself kept; which ones is drawn by seed. */
export function limitCopies<E extends Example>(
  examples: readonly E[],
  { policy, seed }: { readonly policy: CopyPolicy; readonly seed: number },
): Sifted<E> {
  const originals = new Set(examples.filter((e) => e.parentId === null).map((e) => e.id));
  const copies = examples.filter((e) => e.parentId !== null);
  const shares = Map.groupBy(copies, ({ parentId, technique }) =>
    JSON.stringify([parentId, policy[technique] === undefined ? null : technique]),
  );
  const chosen = new Set<E>();
  for (const rivals of shares.values()) {
    const limit = policy[rivals[0]?.technique ?? ''] ?? copiesBefore;
    rivals.sort((a, b) => (drawRank(seed, a.id) < drawRank(seed, b.id) ? -1 : 1));
    for (const copy of rivals.slice(0, limit)) chosen.add(copy);
  }
  return sift(examples, (example) => {
    if (example.parentId === null) return null;
    if (!originals.has(example.parentId)) return 'parent_dropped';
    if (policy[example.technique] === 0) return 'technique_off';
    return chosen.has(example) ? null : 'copy_limit';
  });
}

/** Sentences for the report: which techniques train by what. */
export function copyNotes(train: readonly Example[], policy: CopyPolicy): readonly string[] {
  const undecided = train.filter((e) => e.parentId !== null && policy[e.technique] === undefined);
  const decided = Object.entries(policy)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, copies]) => `${name} ${copies === 0 ? 'off' : `up to ${copies} of each pair`}`);
  return [
    ...(decided.length > 0 ? [`copies by ablation: ${decided.join(', ')}`] : []),
    ...(undecided.length > 0 ? [`not yet ablated: ${notYet(undecided)}`] : []),
  ];
}

function notYet(undecided: readonly Example[]): string {
  const names = [...new Set(undecided.map(({ technique }) => technique))].sort();
  return `at most one copy of each pair trains (${names.join(', ')}; millrace ablate)`;
}
