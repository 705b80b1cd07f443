import { cutsOf } from './near-duplicate/cuts.ts';
import { similarSets } from './near-duplicate/similar-sets.ts';

type Places = ReadonlySet<number>;

/**
 * For each text, every place where it or nearly the same is said, its own among them. Exact: nothing at or above the
 * threshold is missed, by letters alone (figures do not count) or by letters and figures.
 * @param placesOf numbers of the places where each text stands, in the order of `texts`
 * @param threshold least Jaccard index of 5-character pieces, above 0 to 1
 */
export function nearPlaces(
  texts: readonly string[],
  placesOf: readonly Places[],
  threshold: number,
): readonly Places[] {
  const all = placesOf.map((places) => new Set(places));
  for (const { sets, members } of cutsOf(texts)) {
    const own = members.map((equal) => unionOf(equal.map((i) => placesOf[i] ?? none)));
    const near = nearPlacesOfSets(sets, own, threshold);
    for (const [at, equal] of members.entries()) {
      for (const i of equal) addAll(all[i], near[at] ?? none);
    }
  }
  return all;
}

const none: Places = new Set();

function nearPlacesOfSets(
  sets: readonly Uint32Array[],
  own: readonly Places[],
  threshold: number,
): readonly Places[] {
  const near = own.map((places) => new Set(places));
  const knows = (a: number, b: number): boolean =>
    [...(own[b] ?? [])].every((place) => near[a]?.has(place));
  similarSets(sets, {
    threshold,
    skip: (a, b) => knows(a, b) && knows(b, a),
    found: (a, b) => {
      addAll(near[a], own[b] ?? none);
      addAll(near[b], own[a] ?? none);
    },
  });
  return near;
}

function unionOf(all: readonly Places[]): Places {
  const union = new Set<number>();
  for (const places of all) addAll(union, places);
  return union;
}

function addAll(places: Set<number> | undefined, more: Places): void {
  for (const place of more) places?.add(place);
}
