import type { Kernels } from '../kernels/kernels.ts';

interface Normalised<V> {
  readonly output: V;
  /** (x - mean) / deviation, what the backward pass needs with the next. */
  readonly normal: V;
  /** 1 / deviation of each row. */
  readonly inverse: V;
}

interface NormGradients<V> {
  readonly input: V;
  readonly gain: V;
  readonly shift: V;
}

export interface LayerNorm<V> {
  forward(x: V, gain: V, shift: V): Normalised<V>;
  back(gradient: V, kept: Pick<Normalised<V>, 'normal' | 'inverse'>, gain: V): NormGradients<V>;
}

/** LayerNorm over the last axis of (rows, width). */
export function layerNorm<V>(k: Kernels<V>, width: number, epsilon: number): LayerNorm<V> {
  const tiny = k.scalar(epsilon);
  const share = k.scalar(1 / width);
  return {
    forward: (x, gain, shift) => {
      const centred = k.sub(x, k.rowMean(x));
      const inverse = k.rsqrt(k.add(k.rowMean(k.square(centred)), tiny));
      const normal = k.mul(centred, inverse);
      return { output: k.add(k.mul(normal, gain), shift), normal, inverse };
    },
    // dx = inverse * (g - mean(g) - normal * mean(g * normal)) with g = gradient * gain; both means are one matrix
    // product each, with the column gain / width
    back: (gradient, { normal, inverse }, gain) => {
      const along = k.mul(gradient, normal);
      const column = k.reshape(k.mul(gain, share), [width, 1]);
      const meanOfG = k.matMul(gradient, column, 'nn');
      const meanOfAlong = k.matMul(along, column, 'nn');
      const centred = k.sub(k.mul(gradient, gain), meanOfG);
      return {
        input: k.mul(inverse, k.sub(centred, k.mul(normal, meanOfAlong))),
        gain: k.columnSum(along),
        shift: k.columnSum(gradient),
      };
    },
  };
}
