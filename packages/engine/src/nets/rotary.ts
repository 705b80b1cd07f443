import type { Kernels } from '../kernels/kernels.ts';

/** Cosine and sine of each row's angles, both (rows, width). */
export interface Angles<V> {
  readonly cos: V;
  readonly sin: V;
}

export interface Rotary<V> {
  /** @param x  (rows, width) */
  turn(x: V, angles: Angles<V>): V;
  back(gradient: V, angles: Angles<V>): V;
}

/**
 * Rotary position embedding in the layout of Hugging Face: number i pairs with number i + width / 2. The half turn
 * (a, b) -> (-b, a) is a product with a matrix of zeros, ones and minus ones, which is exact and needs no slices.
 * @see Su et al. 2021, arXiv:2104.09864
 */
export function rotary<V>(k: Kernels<V>, width: number): Rotary<V> {
  const half = width / 2;
  const matrix = new Float32Array(width * width);
  for (let i = 0; i < half; i += 1) {
    matrix[(i + half) * width + i] = -1;
    matrix[i * width + i + half] = 1;
  }
  const halfTurn = k.constant({ data: matrix, shape: [width, width] });
  return {
    turn: (x, { cos, sin }) => k.add(k.mul(x, cos), k.mul(k.matMul(x, halfTurn, 'nn'), sin)),
    back: (gradient, { cos, sin }) =>
      k.add(k.mul(gradient, cos), k.matMul(k.mul(gradient, sin), halfTurn, 'nt')),
  };
}

/** The angles of positions 0 to `length` - 1. @returns cosines and sines, both (length, width) */
export function anglesOf(
  length: number,
  { headWidth: width, theta }: { readonly headWidth: number; readonly theta: number },
): { cos: Float32Array; sin: Float32Array } {
  const cos = new Float32Array(length * width);
  const sin = new Float32Array(length * width);
  const half = width / 2;
  for (let i = 0; i < half; i += 1) {
    const speed = theta ** (-i / half);
    for (let p = 0; p < length; p += 1) {
      for (const at of [p * width + i, p * width + i + half]) {
        cos[at] = Math.cos(p * speed);
        sin[at] = Math.sin(p * speed);
      }
    }
  }
  return { cos, sin };
}
