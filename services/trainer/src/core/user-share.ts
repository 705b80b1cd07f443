import type { Example } from '@millrace/shared/domain/example';
import { groupOf } from '@millrace/shared/domain/side';
import { families, type Sifted, sift } from './sieve.ts';

/** Below this many users a flood is only noted: a share of 5 % could not hold for all of them. */
const leastUsers = 20;

/** Whose example it is: its user, or its session where there is none. Splits and shares keep such a group whole. */
export const groupOfExample = (example: Example): string =>
  groupOf({ ...example.key, userId: example.userId });

export interface UserShare<E extends Example> extends Sifted<E> {
  readonly notes: readonly string[];
}

/**
 * Sample down the users who hold more than `maxShare` of the examples, copies with their originals, drawn by seed.
 * With fewer than 20 users nothing is dropped and the flood is noted.
 */
export function limitUserShare<E extends Example>(
  examples: readonly E[],
  { maxShare, seed }: { readonly maxShare: number; readonly seed: number },
): UserShare<E> {
  const byUser = Map.groupBy(examples, groupOfExample);
  const limit = Math.max(1, Math.floor(maxShare * examples.length));
  const flooding = [...byUser.values()].filter((own) => own.length > limit);
  if (byUser.size < leastUsers)
    return { kept: examples, dropped: {}, notes: flood(flooding, examples) };
  const tooMany = new Set<E>();
  for (const own of flooding) {
    let left = limit;
    for (const family of families(own, seed)) {
      for (const example of family) if (left-- <= 0) tooMany.add(example);
    }
  }
  return { ...sift(examples, (e) => (tooMany.has(e) ? 'user_share' : null)), notes: [] };
}

function flood(flooding: readonly (readonly Example[])[], all: readonly Example[]): string[] {
  const largest = Math.max(0, ...flooding.map((own) => own.length));
  if (largest <= all.length / 2) return [];
  const share = Math.round((100 * largest) / all.length);
  return [`one user holds ${largest} of ${all.length} training examples (${share} %)`];
}
