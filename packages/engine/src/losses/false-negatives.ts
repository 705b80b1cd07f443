/** What decides whether one pair's positive may be another pair's negative. Pairs beyond the batch's own may follow. */
export interface PairIdentity {
  /** Texts as the model sees them: equal for texts that it cannot tell apart. */
  readonly anchors: readonly string[];
  readonly positives: readonly string[];
  /** Where pairs come from, like a session; pairs of one group are not each other's negatives. */
  readonly groups?: readonly string[];
}

/**
 * Says which pairs are true negatives of each other. A batch with the same question twice, or the same answer, would
 * otherwise teach the model that a right answer is wrong.
 */
export function trueNegatives({
  anchors,
  positives,
  groups,
}: PairIdentity): (own: number, other: number) => boolean {
  return (own, other) =>
    anchors[own] !== anchors[other] &&
    positives[own] !== positives[other] &&
    (groups === undefined || groups[own] !== groups[other]);
}
