import { BandIndex } from './near-duplicate/band-index.ts';
import { jaccard, shingles } from './near-duplicate/shingles.ts';

/** The text that stays in the place of another, and the share of shingles that they have in common. */
export interface NearCopy {
  /** Index of a text that stays. */
  readonly of: number;
  readonly similarity: number;
}

/** One-word edits of 35-word texts are found with 0.90 to 0.98; unlike sessions of one template stay under 0.7. */
export const nearCopyThreshold = 0.8;

/**
 * For each text, in order, null where it stays, else the earlier text that stays and that it nearly says again. Each is
 * compared with those that stay alone, so nothing falls through a chain of neighbours, and a thousand near copies cost one
 * comparison each. MinHash over 5-character shingles (20 bands of 6 rows, at most 50 candidates a band), verified by the
 * exact Jaccard index; of several the likest, of equals the first. The order decides which of two stays: give a canonical
 * one. Texts without a letter or digit stay. About 2 s for 10,000 texts of 35 words.
 * @param threshold least Jaccard index, 0 to 1
 */
export function nearCopies(
  texts: readonly string[],
  threshold = nearCopyThreshold,
): readonly (NearCopy | null)[] {
  const index = new BandIndex();
  const staying = new Map<number, Uint32Array>();
  return texts.map((text, at) => {
    const set = shingles(text);
    if (!/[\p{L}\p{N}]/u.test(text)) return null;
    const { keys, found } = index.candidates(set);
    let likest: NearCopy | null = null;
    for (const of of found) {
      const similarity = jaccard(set, staying.get(of) ?? new Uint32Array());
      if (similarity >= threshold && similarity > (likest?.similarity ?? 0))
        likest = { of, similarity };
    }
    if (likest !== null) return likest;
    staying.set(at, set);
    index.add(keys, at);
    return null;
  });
}
