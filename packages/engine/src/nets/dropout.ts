import type { Feed, Kernels } from '../kernels/kernels.ts';

/** Sets a share of numbers to zero in training and scales the others up, so that the mean stays. */
export interface Dropout<V> {
  /** @returns what is left, and the mask that the way back needs; without a rate x itself and no mask */
  forward(x: V, seed: () => V): { readonly output: V; readonly masks: readonly V[] };
  back(gradient: V, masks: readonly V[]): V;
}

/**
 * Dropout whose numbers follow from a seed that is fed, so that a step which is repeated drops the same.
 * @param rate  share of the numbers that are dropped, from 0 below 1; 0 computes nothing at all
 * @see Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting
 */
export function dropout<V>(k: Kernels<V>, rate: number): Dropout<V> {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout must be from 0 below 1, not ${rate}`);
  if (rate === 0)
    return { forward: (x) => ({ output: x, masks: [] }), back: (gradient) => gradient };
  const keep = k.scalar(1 - rate);
  const scale = k.scalar(1 / (1 - rate));
  return {
    forward: (x, seed) => {
      // floor of a number from `keep` up to 1 + `keep` is 1 for a share `keep` of them
      const kept = k.floor(k.add(k.random(k.shapeOf(x), seed()), keep));
      const mask = k.mul(kept, scale);
      return { output: k.mul(x, mask), masks: [mask] };
    },
    back: (gradient, [mask]) => (mask === undefined ? gradient : k.mul(gradient, mask)),
  };
}

/** Which numbers a pass through a net drops: a function of the run's seed and of where in the run it is. */
export interface DropoutPass {
  /** 0 to 2^32 - 1 */
  readonly seed: number;
  readonly step: number;
  /** Number of the part of the batch, from 0. */
  readonly part: number;
}

/** The seeds of a pass: one for each place of the net that drops, by the name that it looks up. */
export function dropoutFeeds(sites: readonly string[], pass: DropoutPass): [string, Feed][] {
  const { seed, step, part } = pass;
  return sites.map((site, i) => {
    const data = Int32Array.of(seed ^ Math.imul(i + 1, SPREAD), Math.imul(step, PARTS) + part);
    return [site, { data, shape: [2] }];
  });
}

const SPREAD = 0x9e3779b1; // odd: different places of one run have different seeds
const PARTS = 1 << 10;
