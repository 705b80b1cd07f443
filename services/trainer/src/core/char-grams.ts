/**
 * Near-duplicates by comparing every text with every other: char-5-gram sets, Jaccard index. Independent of the signatures
 * and joins by which texts are masked, so that it can judge them.
 */

interface GramSet {
  readonly at: number;
  /** Ascending, each once. */
  readonly grams: Uint32Array;
  /** One bit of 256 a gram: how far two sets differ at least. */
  readonly bits: Uint32Array;
}

const bitWords = 8;
const width = 5;

/** A text as letters and figures, words parted by one blank. */
export const plainLetters = (text: string): string =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');

/**
 * Call back for each pair of texts whose char-5-gram sets reach the threshold, unless `skip` says that nothing follows.
 * Compares all with all, lengths permitting: 33,000 texts of 20 words take about 10 s.
 */
export function everySimilarPair(
  texts: readonly string[],
  options: {
    readonly threshold: number;
    readonly skip: (a: number, b: number) => boolean;
    readonly found: (a: number, b: number) => void;
  },
): void {
  const { threshold, skip, found } = options;
  const sets = gramSets(texts).sort((a, b) => a.grams.length - b.grams.length || a.at - b.at);
  let first = 0;
  for (const [i, b] of sets.entries()) {
    while ((sets[first]?.grams.length ?? 0) < threshold * b.grams.length) first++;
    for (let j = first; j < i; j++) {
      const a = sets[j];
      if (a === undefined || skip(a.at, b.at)) continue;
      const both = a.grams.length + b.grams.length;
      // a differing bit is a gram that only one has
      const most = (both - differingBits(a.bits, b.bits)) / 2;
      if (most < (both - most) * threshold) continue;
      const common = commonGrams(a.grams, b.grams);
      if (common >= (both - common) * threshold) found(a.at, b.at);
    }
  }
}

function gramSets(texts: readonly string[]): GramSet[] {
  const numberOf = new Map<string, number>();
  return texts.map((text, at) => {
    const own = new Set<number>();
    for (let start = 0; start <= Math.max(0, text.length - width); start++) {
      const gram = text.slice(start, start + width);
      const number = numberOf.get(gram) ?? numberOf.size;
      numberOf.set(gram, number);
      own.add(number);
    }
    const bits = new Uint32Array(bitWords);
    for (const number of own) {
      const bit = Math.imul(number, 0x9e3779b1) >>> 24;
      bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
    return { at, grams: Uint32Array.from(own).sort(), bits };
  });
}

function differingBits(a: Uint32Array, b: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < bitWords; i++) {
    let x = (a[i] ?? 0) ^ (b[i] ?? 0);
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    count += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

function commonGrams(a: Uint32Array, b: Uint32Array): number {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i] ?? 0;
    const y = b[j] ?? 0;
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return common;
}
