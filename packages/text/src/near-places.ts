import { shingles, shinglesWithFigures } from './near-duplicate/shingles.ts';
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
  const near = nearPlacesOfSets(texts.map(shingles), placesOf, threshold);
  // without a figure both ways of cutting are one, and with one on one side only the second finds less
  const withFigures = [...texts.keys()].filter((i) => /\p{N}/u.test(texts[i] ?? ''));
  const byFigures = nearPlacesOfSets(
    withFigures.map((i) => shinglesWithFigures(texts[i] ?? '')),
    withFigures.map((i) => placesOf[i] ?? none),
    threshold,
  );
  const all = [...near];
  for (const [at, i] of withFigures.entries()) {
    all[i] = unionOf([near[i] ?? none, byFigures[at] ?? none]);
  }
  return all;
}

const none: Places = new Set();

function nearPlacesOfSets(
  sets: readonly Uint32Array[],
  placesOf: readonly Places[],
  threshold: number,
): readonly Places[] {
  const classes = [...Map.groupBy(sets.keys(), (i) => sets[i]?.join() ?? '').values()];
  const own = classes.map((members) => unionOf(members.map((i) => placesOf[i] ?? none)));
  const near = own.map((places) => new Set(places));
  const learn = (a: number, b: number): void => {
    for (const place of own[b] ?? []) near[a]?.add(place);
  };
  const knows = (a: number, b: number): boolean => {
    for (const place of own[b] ?? []) if (!near[a]?.has(place)) return false;
    return true;
  };
  similarSets(
    classes.map(([first]) => sets[first ?? 0] ?? new Uint32Array()),
    {
      threshold,
      skip: (a, b) => knows(a, b) && knows(b, a),
      found: (a, b) => {
        learn(a, b);
        learn(b, a);
      },
    },
  );
  const found: Places[] = [];
  for (const [at, members] of classes.entries()) {
    for (const i of members) found[i] = near[at] ?? none;
  }
  return found;
}

function unionOf(all: readonly Places[]): Places {
  const union = new Set<number>();
  for (const places of all) for (const place of places) union.add(place);
  return union;
}
