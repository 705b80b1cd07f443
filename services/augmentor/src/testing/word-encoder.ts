import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Encoder } from '@millrace/shared/ports/encoder';

const dimension = 64;

/** An encoder for tests: a text's vector is the sum of its words', each at random by its letters. Keeps the lists it was asked for. */
export function wordEncoder(): Encoder & { readonly lists: (readonly string[])[] } {
  const lists: (readonly string[])[] = [];
  return {
    lists,
    encode: async (texts, signal) => {
      signal?.throwIfAborted();
      lists.push(texts);
      const rows = new Float32Array(texts.length * dimension);
      texts.forEach((text, i) => {
        rows.set(vectorOf(text), i * dimension);
      });
      return { rows, dimension };
    },
  };
}

function vectorOf(text: string): number[] {
  const sum = new Array<number>(dimension).fill(0);
  for (const word of text.toLowerCase().split(/\s+/)) {
    const bits = Buffer.from(sha256Hex(word).repeat(2), 'hex');
    for (let i = 0; i < dimension; i++) sum[i] = (sum[i] ?? 0) + (bits[i] ?? 0) / 128 - 1;
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((x) => x / length);
}
