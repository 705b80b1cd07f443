export interface SimilarSetsOptions {
  /** Least Jaccard index, above 0 to 1. */
  readonly threshold: number;
  /** Whether a pair need not be compared, because nothing would follow from it. */
  readonly skip: (a: number, b: number) => boolean;
  readonly found: (a: number, b: number) => void;
}

/**
 * Calls back for every pair of sets whose Jaccard index reaches the threshold: exact, where MinHash misses some.
 * Of two such sets, the larger has one of its n - ceil(threshold * n) + 1 rarest members among the
 * n - ceil(2 * threshold / (1 + threshold) * n) + 1 rarest of the smaller: only sets that do are compared.
 * Quadratic in the number of sets that are all alike, unless `skip` says so.
 * @param sets ascending, each member once, none empty
 * @see Xiao, Wang, Lin, Yu, Efficient similarity joins for near duplicate detection (2008), sections 3 and 4
 */
export function similarSets(sets: readonly Uint32Array[], options: SimilarSetsOptions): void {
  const { threshold, skip, found } = options;
  const ranked = rarestFirst(sets);
  const sizeOf = (at: number): number => ranked[at]?.length ?? 0;
  const bySize = [...ranked.keys()].sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  const holdersOf = new Map<number, Holders>();
  const metBy = new Int32Array(sets.length).fill(-1);
  for (const at of bySize) {
    const set = ranked[at] ?? new Uint32Array();
    const size = set.length;
    const probes = size - atLeast(threshold * size) + 1;
    const kept = size - atLeast(((2 * threshold) / (1 + threshold)) * size) + 1;
    const least = atLeast(threshold * size);
    for (let i = 0; i < probes; i++) {
      const member = set[i] ?? 0;
      const holders = holdersOf.get(member) ?? { sets: [], from: 0 };
      passOver(holders, (other) => sizeOf(other) < least);
      for (let h = holders.from; h < holders.sets.length; h++) {
        const other = holders.sets[h] ?? 0;
        if (metBy[other] === at || skip(other, at)) continue;
        metBy[other] = at;
        if (reaches(threshold, ranked[other] ?? set, set)) found(other, at);
      }
      if (i < kept) {
        holders.sets.push(at);
        holdersOf.set(member, holders);
      }
    }
  }
}

/** The sets that hold a member, smallest first; those before `from` are too small for all that follow. */
interface Holders {
  readonly sets: number[];
  from: number;
}

function passOver(holders: Holders, isTooSmall: (set: number) => boolean): void {
  while (holders.from < holders.sets.length && isTooSmall(holders.sets[holders.from] ?? 0))
    holders.from++;
}

/** The small allowance keeps rounding from asking for one too many. */
const atLeast = (share: number): number => Math.ceil(share - 1e-9);

/** The sets with their members renamed by rarity: 0 is held by the fewest sets. Ascending, so the rarest come first. */
function rarestFirst(sets: readonly Uint32Array[]): readonly Uint32Array[] {
  const frequency = new Map<number, number>();
  for (const set of sets) {
    for (const member of set) frequency.set(member, (frequency.get(member) ?? 0) + 1);
  }
  const order = [...frequency].sort(([a, x], [b, y]) => x - y || a - b);
  const rank = new Map(order.map(([member], i) => [member, i]));
  return sets.map((set) => Uint32Array.from(set, (member) => rank.get(member) ?? 0).sort());
}

/** Whether the Jaccard index reaches the threshold; ends as soon as it no longer can. */
function reaches(threshold: number, a: Uint32Array, b: Uint32Array): boolean {
  const needed = atLeast((threshold / (1 + threshold)) * (a.length + b.length));
  let i = 0;
  let j = 0;
  let common = 0;
  while (i < a.length && j < b.length) {
    if (common + Math.min(a.length - i, b.length - j) < needed) return false;
    const x = a[i] ?? 0;
    const y = b[j] ?? 0;
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return common >= needed;
}
