import { bandKeys, signature } from './signature.ts';

/** Members of a bucket that a newcomer is compared with; beyond it a bucket of 10,000 would cost 50 million comparisons. */
const bucketLimit = 50;

/** Finds the shingle sets that a new one may resemble among those added before. What a full bucket holds is decided by the order of adding. */
export class BandIndex {
  readonly #buckets = new Map<number, number[]>();

  /** Numbers of the sets that share a band with this one, each once, in the order of adding. At most 50 a band. */
  candidates(set: Uint32Array): { readonly keys: readonly number[]; readonly found: number[] } {
    const keys = bandKeys(signature(set));
    const found = new Set(keys.flatMap((key) => this.#buckets.get(key) ?? []));
    return { keys, found: [...found].sort((a, b) => a - b) };
  }

  add(keys: readonly number[], index: number): void {
    for (const key of keys) {
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, [index]);
      else if (bucket.length < bucketLimit) bucket.push(index);
    }
  }
}
