import type { Example } from '@millrace/shared/domain/example';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { DropReason } from './frozen.ts';

/** What one step of a freeze keeps, and how many it dropped for what. */
export interface Sifted<E extends Example> {
  readonly kept: readonly E[];
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

/** Keep the examples for which `reasonAgainst` gives null; count the others by reason. Order stays. */
export function sift<E extends Example>(
  examples: readonly E[],
  reasonAgainst: (example: E) => DropReason | null,
): Sifted<E> {
  const dropped: Partial<Record<DropReason, number>> = {};
  const kept = examples.filter((example) => {
    const reason = reasonAgainst(example);
    if (reason !== null) dropped[reason] = (dropped[reason] ?? 0) + 1;
    return reason === null;
  });
  return { kept, dropped };
}

/** An original is its own family; a copy belongs to its original's. */
const familyOf = (example: Example): string => example.parentId ?? example.id;

/** Place of a thing in a draw: depends on the seed and the thing alone, never on order or number. */
export const drawRank = (salt: string | number, id: string): string => sha256Hex(`${salt}\0${id}`);

/** Families in drawing order, each with its examples, originals first. */
export function families<E extends Example>(
  examples: readonly E[],
  salt: string | number,
): readonly (readonly E[])[] {
  const byFamily = new Map<string, E[]>();
  for (const example of examples) {
    const family = byFamily.get(familyOf(example));
    if (family) family.push(example);
    else byFamily.set(familyOf(example), [example]);
  }
  return [...byFamily]
    .map(([id, members]) => ({ rank: drawRank(salt, id), members: members.sort(originalFirst) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ members }) => members);
}

const originalFirst = (a: Example, b: Example): number =>
  Number(a.parentId !== null) - Number(b.parentId !== null);
