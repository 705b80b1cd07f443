import type { Similarity } from './copies.ts';

/** Cosines between texts, by their unit vectors in the order of the texts. @throws RangeError for another text */
export function similarityOf(
  texts: readonly string[],
  { rows, dimension }: { readonly rows: Float32Array; readonly dimension: number },
): NonNullable<Similarity> {
  const places = new Map(texts.map((text, row) => [text, row * dimension]));
  const placeOf = (text: string): number => {
    const place = places.get(text);
    if (place === undefined) throw new RangeError('a text was not measured');
    return place;
  };
  return (a, b) => {
    const from = placeOf(a);
    const to = placeOf(b);
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += (rows[from + i] ?? 0) * (rows[to + i] ?? 0);
    return Math.min(1, sum);
  };
}
