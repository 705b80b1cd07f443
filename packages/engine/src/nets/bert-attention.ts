import type { Block, Feed, Kernels, Lookup } from '../kernels/kernels.ts';
import type { LayerTensor } from './bert-parameters.ts';
import type { BertShape } from './bert-shape.ts';
import type { Dropout } from './dropout.ts';
import type { LayerNorm } from './layer-norm.ts';

/** What a layer is fed with: the batch's geometry, and seeds for what it drops. */
export interface LayerFeed<V> {
  readonly feed: Lookup<V>;
  readonly seed: Lookup<V>;
}

interface Parts<V> {
  readonly norm: LayerNorm<V>;
  readonly buckets: number;
  readonly drop: Dropout<V>;
}

/**
 * Self-attention, its output matrix, the residual sum and its LayerNorm. Rows become slots and slots rows again by one
 * gather each (bert-geometry.ts); 1 / sqrt(width) of the scores sits in the query's weights.
 */
export function attention<V>(
  k: Kernels<V>,
  { hidden, heads }: BertShape,
  { norm, buckets: count, drop }: Parts<V>,
): (x: V, weight: (name: LayerTensor) => V, feed: LayerFeed<V>) => Block<V> {
  const width = hidden / heads;
  const scale = 1 / Math.sqrt(width);
  const matrixScale = k.constant(queryScale(hidden, scale, [3 * hidden, 1]));
  const biasScale = k.constant(queryScale(hidden, scale, [3 * hidden]));
  const numbers = Array.from({ length: count }, (_, bucket) => bucket);

  return (x, weight, { feed, seed }) => {
    const forwardBucket = (pieces: V, b: number): Bucket<V> => {
      const [query, key, value] = k.unstack3(
        k.reshape(k.rows(pieces, feed(`split${b}`)), feed(`piecesShape${b}`)),
      );
      const scores = k.reshape(k.batchMatMul(query, key, 'nt'), feed(`maskedShape${b}`));
      const masked = k.reshape(k.add(scores, feed(`mask${b}`)), feed(`scoresShape${b}`));
      const share = k.softmax(masked);
      const { output: left, masks } = drop.forward(share, () => seed(`scores${b}`));
      return [query, key, value, share, k.batchMatMul(left, value, 'nn'), ...masks];
    };
    // softmax's backward needs sum(dShare * share) of each row, which equals sum(dContext * context): width numbers, not length
    const backBucket = (dPieces: V, b: number, kept: readonly V[]): V[] => {
      const [query, key, value, share, context, ...masks] = bucketAt(kept, count, b);
      const dContext = k.reshape(k.rows(dPieces, feed(`spread${b}`)), feed(`headsShape${b}`));
      const along = k.rowSum(k.mul(dContext, context));
      const dShare = drop.back(k.batchMatMul(dContext, value, 'nt'), masks);
      const dScores = k.mul(share, k.sub(dShare, along));
      return [
        k.batchMatMul(dScores, key, 'nn'),
        k.batchMatMul(dScores, query, 'tn'),
        k.batchMatMul(drop.back(share, masks), dContext, 'tn'),
      ].map((part) => k.reshape(part, [-1, width]));
    };

    return k.block(
      () => {
        const matrix = k.mul(weight('qkv'), matrixScale);
        const bias = k.mul(weight('qkvBias'), biasScale);
        const projected = k.addBias(k.matMul(x, matrix, 'nt'), bias);
        const pieces = k.reshape(projected, [-1, width]);
        const buckets = numbers.map((b) => forwardBucket(pieces, b));
        const slots = k.concat(buckets.map(([, , , , context]) => k.reshape(context, [-1, width])));
        const joined = k.reshape(k.rows(slots, feed('join')), [-1, hidden]);
        const mixed = k.addBias(
          k.matMul(joined, weight('attentionOut'), 'nt'),
          weight('attentionOutBias'),
        );
        const { output: left, masks } = drop.forward(mixed, () => seed('attentionOut'));
        const { output, normal, inverse } = norm.forward(
          k.add(left, x),
          weight('attentionGain'),
          weight('attentionShift'),
        );
        return [output, { matrix, joined, normal, inverse, masks, buckets: buckets.flat() }];
      },
      (gradient, kept) => {
        const d = norm.back(gradient, kept, weight('attentionGain'));
        const dMixed = drop.back(d.input, kept.masks);
        const dJoined = k.matMul(dMixed, weight('attentionOut'), 'nn');
        const dPieces = k.reshape(dJoined, [-1, width]);
        const dSlots = numbers.flatMap((b) => backBucket(dPieces, b, kept.buckets));
        const dProjected = k.reshape(k.rows(k.concat(dSlots), feed('splitBack')), [-1, 3 * hidden]);
        return {
          input: k.add(k.matMul(dProjected, kept.matrix, 'nn'), d.input),
          weights: {
            qkv: k.mul(k.matMul(dProjected, x, 'tn'), matrixScale),
            qkvBias: k.mul(k.columnSum(dProjected), biasScale),
            attentionOut: k.matMul(dMixed, kept.joined, 'tn'),
            attentionOutBias: k.columnSum(dMixed),
            attentionGain: d.gain,
            attentionShift: d.shift,
          },
        };
      },
    );
  };
}

/** `masks` holds the mask of the shares where dropout is on. */
type Bucket<V> = readonly [query: V, key: V, value: V, share: V, context: V, ...masks: V[]];

function bucketAt<V>(buckets: readonly V[], count: number, b: number): Bucket<V> {
  const size = buckets.length / count;
  const [query, key, value, share, context, ...masks] = buckets.slice(size * b, size * (b + 1));
  if (query && key && value && share && context)
    return [query, key, value, share, context, ...masks];
  throw new RangeError(`there is no attention bucket ${b}`);
}

/** `scale` for the query's rows, 1 for those of key and value. */
function queryScale(hidden: number, scale: number, shape: readonly number[]): Feed {
  return { data: new Float32Array(3 * hidden).fill(1).fill(scale, 0, hidden), shape };
}
