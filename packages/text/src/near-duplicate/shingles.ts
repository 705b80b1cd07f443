/** Characters of a shingle: five find one-word edits of chat messages, where five words miss half of them. */
const width = 5;

/** Hashes of a text's overlapping 5-character pieces, ascending, each once. Case, punctuation and the value of figures do not count. */
export function shingles(text: string): Uint32Array {
  return piecesOf(lettersOf(text).replace(/\p{N}+/gu, '0'));
}

/** The same with every figure as it stands: two texts around one long number are near here, and not above. */
export function shinglesWithFigures(text: string): Uint32Array {
  return piecesOf(lettersOf(text));
}

const lettersOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

function piecesOf(plain: string): Uint32Array {
  const hashes = new Set<number>();
  const last = Math.max(0, plain.length - width);
  for (let start = 0; start <= last; start++) hashes.add(hash(plain, start, start + width));
  return Uint32Array.from(hashes).sort();
}
/** Share of common shingles, 0 to 1. @param a, b ascending */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let i = 0;
  let j = 0;
  let common = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] ?? 0;
    const y = b[j] ?? 0;
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return common / (a.length + b.length - common);
}

/** MurmurHash2 with its finaliser, over UTF-16 units. */
function hash(text: string, start: number, end: number): number {
  let h = 1;
  for (let i = start; i < Math.min(end, text.length); i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995);
    h ^= h >>> 13;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
