import type { Kernels } from '../kernels/kernels.ts';

export interface RmsNorm<V> {
  /** @returns x over the root of its mean square, row by row, and 1 over that root; a gain is the caller's matter */
  forward(x: V): { readonly normal: V; readonly inverse: V };
  back(gradient: V, kept: { readonly normal: V; readonly inverse: V }): V;
}

/** RMSNorm over the last axis, without its gain: a frozen gain is part of the matrix that comes next. */
export function rmsNorm<V>(k: Kernels<V>, epsilon: number): RmsNorm<V> {
  const tiny = k.scalar(epsilon);
  return {
    forward: (x) => {
      const inverse = k.rsqrt(k.add(k.rowMean(k.square(x)), tiny));
      return { normal: k.mul(x, inverse), inverse };
    },
    back: (gradient, { normal, inverse }) => {
      const along = k.mul(normal, k.rowMean(k.mul(gradient, normal)));
      return k.mul(inverse, k.sub(gradient, along));
    },
  };
}
