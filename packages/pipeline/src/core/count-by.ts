import type { Counts } from '../results.ts';

/** How often each key occurs, keys in order of their names. */
export function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Counts {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sums by key. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sums: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}
