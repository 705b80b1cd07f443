/** Unit rows of the questions and of their replies, in the same order. */
export interface PairVectors {
  readonly anchors: Float32Array;
  readonly positives: Float32Array;
  readonly dimension: number;
}

/** Cosine of one pair's question and another's reply. O(dimension). */
export function cosineOf(
  { anchors, positives, dimension }: PairVectors,
  question: number,
  reply: number,
): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) {
    sum += (anchors[question * dimension + d] ?? 0) * (positives[reply * dimension + d] ?? 0);
  }
  return sum;
}
