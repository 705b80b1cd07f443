import { shingles, shinglesWithFigures } from './shingles.ts';

/** Texts cut into pieces in one way: texts whose pieces are equal are one class. */
export interface Cut {
  /** Pieces of each class. */
  readonly sets: readonly Uint32Array[];
  /** Indices of its texts, ascending, one at least. */
  readonly members: readonly (readonly number[])[];
}

/** The two ways to cut texts: by letters alone, then by letters and figures, of the texts with a figure (without one both are the same). */
export function cutsOf(texts: readonly string[]): readonly Cut[] {
  const all = [...texts.keys()];
  const withFigures = all.filter((i) => /\p{N}/u.test(texts[i] ?? ''));
  const cut = (indices: readonly number[], piecesOf: (text: string) => Uint32Array): Cut => {
    const pieces = indices.map((i) => ({ i, set: piecesOf(texts[i] ?? '') }));
    const classes = [...Map.groupBy(pieces, ({ set }) => set.join()).values()];
    return {
      sets: classes.map(([first]) => first?.set ?? new Uint32Array()),
      members: classes.map((texts) => texts.map(({ i }) => i)),
    };
  };
  return [cut(all, shingles), cut(withFigures, shinglesWithFigures)];
}
