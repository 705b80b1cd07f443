import { cutsOf } from './near-duplicate/cuts.ts';
import { similarSets } from './near-duplicate/similar-sets.ts';

/**
 * Number of the cluster of each text: texts that say nearly the same, by letters alone or by letters and figures, directly
 * or through others, share one. Exact, and the order of the texts changes only the numbers. About 2 s for 10,000 messages.
 * @param threshold least Jaccard index of 5-character pieces, above 0 to 1, default 0.8
 */
export function nearClusters(texts: readonly string[], threshold = 0.8): readonly number[] {
  const clusters = new Clusters(texts.length);
  for (const { sets, members } of cutsOf(texts)) {
    const firsts = members.map(([first]) => first ?? 0);
    for (const [at, equal] of members.entries()) {
      for (const member of equal) clusters.join(firsts[at] ?? 0, member);
    }
    similarSets(sets, {
      threshold,
      skip: (a, b) => clusters.of(firsts[a] ?? 0) === clusters.of(firsts[b] ?? 0),
      found: (a, b) => clusters.join(firsts[a] ?? 0, firsts[b] ?? 0),
    });
  }
  return [...texts.keys()].map((i) => clusters.of(i));
}

/** Union-find with path halving; a cluster is named by its smallest member. */
class Clusters {
  readonly #parent: number[];

  constructor(count: number) {
    this.#parent = Array.from({ length: count }, (_, i) => i);
  }

  of(member: number): number {
    let at = member;
    for (let next = this.#parent[at]; next !== undefined && next !== at; next = this.#parent[at]) {
      this.#parent[at] = this.#parent[next] ?? next;
      at = next;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [x, y] = [this.of(a), this.of(b)];
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }
}
