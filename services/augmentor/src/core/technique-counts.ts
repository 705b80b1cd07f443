import type { Technique } from '@millrace/shared/domain/example';
import type { CopyRefusal } from './copies.ts';

/** Why an original was not made: a user turn without a reply of its own, or with one that is not to be trained on; a session without a reply to train on. */
export type OriginalRefusal = 'no_reply' | 'weight_0' | 'no_assistant_turn';

/** proposed = accepted + the sum of refused, always. */
export interface TechniqueCount {
  readonly proposed: number;
  readonly accepted: number;
  readonly refused: Readonly<Partial<Record<CopyRefusal | OriginalRefusal, number>>>;
}

export type TechniqueCounts = Readonly<Partial<Record<Technique, TechniqueCount>>>;

export const noCounts: TechniqueCount = { proposed: 0, accepted: 0, refused: {} };

/** Counts with the outcome of one more text added. */
export function counted(
  count: TechniqueCount,
  accepted: number,
  refused: readonly (CopyRefusal | OriginalRefusal)[],
): TechniqueCount {
  const reasons = { ...count.refused };
  for (const reason of refused) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    proposed: count.proposed + accepted + refused.length,
    accepted: count.accepted + accepted,
    refused: reasons,
  };
}
