import type { Block, Kernels, Lookup } from '../kernels/kernels.ts';

/** The mean of each text's rows of a `BertGeometry`: (tokens + 1, width) -> (texts, width). */
export function meanPooling<V>(k: Kernels<V>, width: number): (x: V, feed: Lookup<V>) => Block<V> {
  const zeros = k.constant({ data: new Float32Array(width), shape: [1, width] });
  return (x, feed) =>
    k.block(
      () => [k.mul(k.segmentSum(x, feed('text'), feed('textCount')), feed('lengthShare')), {}],
      (gradient) => {
        const perText = k.concat([k.mul(gradient, feed('lengthShare')), zeros]);
        return { input: k.rows(perText, feed('poolRow')), weights: {} };
      },
    );
}

/** Rows scaled to length 1. */
export function unitLength<V>(k: Kernels<V>): (x: V) => Block<V> {
  return (x) =>
    k.block(
      () => {
        const inverse = k.rsqrt(k.rowSum(k.square(x)));
        const unit = k.mul(x, inverse);
        return [unit, { inverse, unit }];
      },
      (gradient, { inverse, unit }) => {
        const along = k.mul(unit, k.rowSum(k.mul(gradient, unit)));
        return { input: k.mul(inverse, k.sub(gradient, along)), weights: {} };
      },
    );
}
