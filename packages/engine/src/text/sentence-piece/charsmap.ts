/** What stands at a place of a text after normalisation, and how many bytes of it that takes. */
export interface Replacement {
  readonly text: string;
  readonly length: number;
}

/** The longest rule that applies at a place; null: none does. */
export type Charsmap = (bytes: Uint8Array, at: number) => Replacement | null;

const HEADER = 4;

/**
 * Rules of normalisation as SentencePiece compiles them: the length of a double-array trie (uint32), the trie
 * (darts-clone), then what its values point to, each text ended by a zero byte.
 * @throws RangeError when the lengths do not fit each other
 * @see https://github.com/s-yata/darts-clone, `DoubleArrayUnit`
 */
export function readCharsmap(blob: Uint8Array): Charsmap {
  if (blob.length === 0) return () => null;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const size = blob.length >= HEADER ? view.getUint32(0, true) : Number.POSITIVE_INFINITY;
  if (size % 4 !== 0 || size === 0 || size > blob.length - HEADER)
    throw new RangeError('the rules of normalisation are cut');
  const units = Uint32Array.from({ length: size / 4 }, (_, i) =>
    view.getUint32(HEADER + 4 * i, true),
  );
  const texts = Buffer.from(blob.subarray(HEADER + size));
  const unitAt = (node: number): number => units[node] ?? 0;

  return (bytes, at) => {
    let found = -1;
    let length = 0;
    let node = offsetOf(unitAt(0));
    for (let i = at; i < bytes.length; i += 1) {
      const byte = bytes[i] ?? 0;
      node ^= byte;
      const unit = unitAt(node);
      if (labelOf(unit) !== byte) break;
      node ^= offsetOf(unit);
      if (!hasLeaf(unit)) continue;
      found = unitAt(node) & 0x7fffffff;
      length = i + 1 - at;
    }
    if (found < 0) return null;
    return { text: texts.toString('utf8', found, texts.indexOf(0, found)), length };
  };
}

const hasLeaf = (unit: number): boolean => (unit & 0x100) !== 0;
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
