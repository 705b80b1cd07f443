import { nearClusters } from '@millrace/text';
import type { BatchPair } from './batches.ts';
import { cosineOf, type PairVectors } from './pair-vectors.ts';
import { textKey } from './text-key.ts';

/** Which pairs say nearly the same. */
export interface Likeness {
  /**
   * Whether the reply of pair `other` may stand as a negative for pair `own`. Not where it may well be right: same session,
   * the same or nearly the same reply, reply to the same or nearly the same question, or the question itself.
   */
  mayBeNegative(own: number, other: number): boolean;
  /** Equal for replies that are nearly the same. */
  replyOf(pair: number): number;
}

/** About 4 s for 20,000 distinct texts. */
export function likeness(pairs: readonly BatchPair[]): Likeness {
  const keys = [
    ...new Set(pairs.flatMap((pair) => [textKey(pair.anchor), textKey(pair.positive)])),
  ];
  const clusters = nearClusters(keys);
  const clusterOf = new Map(keys.map((key, i) => [key, clusters[i] ?? i]));
  const marks = pairs.map((pair) => ({
    session: pair.session,
    anchor: clusterOf.get(textKey(pair.anchor)),
    positive: clusterOf.get(textKey(pair.positive)),
  }));
  return {
    mayBeNegative: (own, other) => {
      const [a, b] = [marks[own], marks[other]];
      if (a === undefined || b === undefined) return false;
      return (
        a.session !== b.session &&
        a.positive !== b.positive &&
        a.anchor !== b.anchor &&
        a.anchor !== b.positive
      );
    },
    replyOf: (pair) => marks[pair]?.positive ?? -1,
  };
}

export interface MiningOptions {
  readonly perPair: number;
  /** Share by which a negative must be less similar to the question than its own reply. */
  readonly margin: number;
  readonly alike: Likeness;
}

/**
 * For each pair the pairs whose replies the model takes for its own most, best first: at most `perPair`, none that is
 * nearer than the margin allows, no reply twice. O(pairs squared): 10,000 pairs of 384 numbers take about a minute.
 * @see Moreira et al. 2024, NV-Retriever, arXiv:2407.15831: at most 95 % of the positive's similarity did best
 */
export function mineNegatives(
  vectors: PairVectors,
  { perPair, margin, alike }: MiningOptions,
): readonly (readonly number[])[] {
  const count = vectors.anchors.length / vectors.dimension;
  return Array.from({ length: count }, (_, own) => {
    // a pair whose own reply is no nearer than chance says nothing about what is too near
    const ceiling = cosineOf(vectors, own, own) * (1 - margin);
    if (!(ceiling > 0)) return [];
    const near: { other: number; score: number }[] = [];
    for (let other = 0; other < count; other++) {
      if (other === own) continue;
      const score = cosineOf(vectors, own, other);
      const least = near.length < perPair ? Number.NEGATIVE_INFINITY : (near.at(-1)?.score ?? 0);
      if (score > ceiling || score <= least || !alike.mayBeNegative(own, other)) continue;
      const same = near.findIndex((found) => alike.replyOf(found.other) === alike.replyOf(other));
      if (same >= 0 && (near[same]?.score ?? 0) >= score) continue;
      if (same >= 0) near.splice(same, 1);
      near.push({ other, score });
      near.sort((a, b) => b.score - a.score || a.other - b.other);
      near.splice(perPair);
    }
    return near.map(({ other }) => other);
  });
}
