import type { Weights } from '../formats/weight.ts';

/** The largest absolute difference of two lists; infinite when their lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference; // NaN is a difference too
  }
  return largest;
}

/** A number that the true gradient of the key's bias is not: softmax does not see what is added to all scores of a row. */
const WITHOUT_GRADIENT = /attention\.self\.key\.bias$/;

/**
 * The worst tensor of two sets with the same names.
 * @param relative  differences as shares of each tensor's largest value
 */
export function worstTensor(
  found: Weights,
  wanted: Weights,
  { relative }: { relative: boolean },
): { name: string; difference: number } {
  let worst = { name: '', difference: 0 };
  for (const [name, { data }] of wanted) {
    if (WITHOUT_GRADIENT.test(name)) continue;
    const scale = relative ? data.reduce((max, x) => Math.max(max, Math.abs(x)), 0) : 1;
    const difference = largestDifference(found.get(name)?.data ?? [], data) / scale;
    if (!(difference <= worst.difference)) worst = { name, difference };
  }
  return worst;
}
