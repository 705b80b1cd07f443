/** A figure's line in docs/features.md. */
export interface FeatureDoc {
  /** What it counts, or its range: `words`, `0 to 1`. */
  readonly unit: string;
  /** One sentence, with the source where the figure is not ours. */
  readonly meaning: string;
}

/** Figures that are read together, by name. Finite for whatever is given, in time linear in it. */
export interface FeatureGroup<Given, Name extends string> {
  readonly docs: Readonly<Record<Name, FeatureDoc>>;
  of(given: Given): Readonly<Record<Name, number>>;
}

/** A share that is 0 where there is nothing to take it of. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
