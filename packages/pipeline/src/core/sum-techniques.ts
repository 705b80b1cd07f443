import type { AugmentationStep } from '../results.ts';
import { addCounts } from './count-by.ts';

export type TechniqueSums = AugmentationStep['techniques'];

/** Counts of several pieces of work, added up by technique. */
export function sumTechniques(all: readonly TechniqueSums[]): TechniqueSums {
  const sums = new Map<string, TechniqueSums[string]>();
  for (const techniques of all) {
    for (const [name, count] of Object.entries(techniques)) {
      const before = sums.get(name) ?? { proposed: 0, accepted: 0, refused: {} };
      sums.set(name, {
        proposed: before.proposed + count.proposed,
        accepted: before.accepted + count.accepted,
        refused: addCounts(before.refused, count.refused),
      });
    }
  }
  return Object.fromEntries(sums);
}
