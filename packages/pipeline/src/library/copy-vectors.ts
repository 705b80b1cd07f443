/** The same direction, but for the last digits in which another program, or a rounding to 16 bits, may differ. */
const sameDirection = 0.999;
const unitWithin = 0.01;

export interface CopyVector {
  readonly vector: readonly number[] | null;
  readonly origin: 'encoded' | 'none' | 'no_encoder' | 'other_model';
}

interface OfOriginal {
  /** As the caller gave it; null when none was given. */
  readonly original: readonly number[] | null;
  /** The same text by our encoder. */
  readonly again: Float32Array | null;
}

/** A copy's vector beside those that a caller has: only when ours says of the original what theirs says. */
export function vectorFor(copy: Float32Array | null, { original, again }: OfOriginal): CopyVector {
  if (original === null) return { vector: null, origin: 'none' };
  if (copy === null || again === null) return { vector: null, origin: 'no_encoder' };
  if (original.length !== again.length) return { vector: null, origin: 'other_model' };
  const length = Math.hypot(...original);
  const cosine = original.reduce((sum, x, i) => sum + x * (again[i] ?? 0), 0) / length;
  const isOurs = cosine >= sameDirection && Math.abs(length - 1) <= unitWithin;
  return isOurs
    ? { vector: Array.from(copy), origin: 'encoded' }
    : { vector: null, origin: 'other_model' };
}
