import type { PairExample } from '@millrace/shared/domain/example';
import { groupOfExample } from './user-share.ts';

/** What a sentence-embedding model is asked: which replies followed this message? */
export interface RetrievalTask {
  /** Distinct anchors, in canonical order. */
  readonly queries: readonly string[];
  /** Distinct positives, in canonical order. */
  readonly corpus: readonly string[];
  /** Per query: positions in the corpus of every reply that followed that very text, ascending. */
  readonly relevant: readonly (readonly number[])[];
  /** Per query: the user who said it (the first in order, where several did). */
  readonly groups: readonly string[];
}

/** Queries and answers of a holdout; the order of the pairs changes nothing. */
export function retrievalTask(holdout: readonly PairExample[]): RetrievalTask {
  const pairs = holdout.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const corpus = [...new Set(pairs.map((pair) => pair.positive))];
  const positionOf = new Map(corpus.map((text, position) => [text, position]));
  const byAnchor = Map.groupBy(pairs, (pair) => pair.anchor);
  const asked = [...byAnchor.values()].map((same) => ({
    relevant: [...new Set(same.map((pair) => positionOf.get(pair.positive) ?? 0))],
    group: same[0] === undefined ? '' : groupOfExample(same[0]),
  }));
  return {
    queries: [...byAnchor.keys()],
    corpus,
    relevant: asked.map(({ relevant }) => relevant.sort((a, b) => a - b)),
    groups: asked.map(({ group }) => group),
  };
}
