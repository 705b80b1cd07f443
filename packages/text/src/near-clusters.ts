import { shingles } from './near-duplicate/shingles.ts';
import { similarSets } from './near-duplicate/similar-sets.ts';

/**
 * Number of the cluster of each text: texts that say nearly the same, directly or through others, share one. Exact, and
 * the order of the texts changes only the numbers.
 * @param threshold least Jaccard index of 5-character pieces, above 0 to 1, default 0.8
 */
export function nearClusters(texts: readonly string[], threshold = 0.8): readonly number[] {
  const sets = texts.map(shingles);
  const classes = [...Map.groupBy(sets.keys(), (i) => sets[i]?.join() ?? '').values()];
  const parent = [...classes.keys()];
  const rootOf = (at: number): number => {
    let root = at;
    for (let next = parent[root]; next !== undefined && next !== root; next = parent[root]) {
      parent[root] = parent[next] ?? next;
      root = next;
    }
    return root;
  };
  similarSets(
    classes.map(([first]) => sets[first ?? 0] ?? new Uint32Array()),
    {
      threshold,
      skip: (a, b) => rootOf(a) === rootOf(b),
      found: (a, b) => {
        const [x, y] = [rootOf(a), rootOf(b)];
        parent[Math.max(x, y)] = Math.min(x, y);
      },
    },
  );
  const clusters: number[] = [];
  for (const [at, members] of classes.entries()) {
    for (const i of members) clusters[i] = rootOf(at);
  }
  return clusters;
}
