import type { Block, Kernels, Lookup } from '../kernels/kernels.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { LayerLookup, LoraLinear } from './lora-linear.ts';
import type { RmsNorm } from './rms-norm.ts';
import { type Angles, rotary } from './rotary.ts';

interface Parts<V> {
  readonly norm: RmsNorm<V>;
  readonly qkv: LoraLinear<V>;
  readonly out: LoraLinear<V>;
}

/** What attention looks up in one decoder layer. */
export interface AttentionLookup<V> {
  readonly qkv: LayerLookup<V>;
  readonly out: LayerLookup<V>;
  readonly feed: Lookup<V>;
  /** By slot (llama-geometry.ts). */
  readonly angles: { readonly query: Angles<V>; readonly key: Angles<V> };
  /** Whether anything below this layer is trained. */
  readonly needsInput: boolean;
}

/**
 * RMSNorm, causal self-attention, its output matrix and the residual sum. The heads of queries that share a head of keys
 * are the rows of one product with it, so keys and values are never repeated.
 */
export function llamaAttention<V>(
  k: Kernels<V>,
  { heads, keyHeads, headWidth: width }: LlamaShape,
  { norm, qkv, out }: Parts<V>,
): (x: V, at: AttentionLookup<V>) => Block<V> {
  const { turn, back: turnBack } = rotary(k, width);
  const flat = (x: V): V => k.reshape(x, [-1, width]);

  return (x, { feed, angles, needsInput, ...at }) =>
    k.block(
      () => {
        const { normal, inverse } = norm.forward(x);
        const projected = qkv.forward(normal, at.qkv);
        const pieces = flat(only(projected.outputs));
        const query = k.reshape(
          turn(k.rows(pieces, feed('queryPiece')), angles.query),
          feed('queryShape'),
        );
        const key = k.reshape(turn(k.rows(pieces, feed('keyPiece')), angles.key), feed('keyShape'));
        const value = k.reshape(k.rows(pieces, feed('valuePiece')), feed('keyShape'));
        const scores = k.reshape(k.batchMatMul(query, key, 'nt'), feed('maskedShape'));
        const share = k.softmax(k.reshape(k.add(scores, feed('mask')), feed('scoresShape')));
        const context = k.batchMatMul(share, value, 'nn');
        const joined = k.reshape(k.rows(flat(context), feed('join')), [-1, heads * width]);
        const mixed = out.forward(joined, at.out);
        return [
          k.add(x, only(mixed.outputs)),
          {
            ...{ normal, inverse, query, key, value, share, context, joined },
            ...{ inQkv: projected.kept, inOut: mixed.kept },
          },
        ];
      },
      (gradient, { normal, inverse, query, key, value, share, context, joined, inQkv, inOut }) => {
        const outBack = out.back(
          { gradients: [gradient], x: joined, kept: inOut, needsInput: true },
          at.out,
        );
        const dPieces = flat(only([outBack.input]));
        const dContext = k.reshape(k.rows(dPieces, feed('spread')), feed('queryShape'));
        // softmax's backward needs sum(dShare * share) of each row, which equals sum(dContext * context)
        const along = k.rowSum(k.mul(dContext, context));
        const dShare = k.batchMatMul(dContext, value, 'nt');
        const dScores = k.mul(share, k.sub(dShare, along));
        const dQuery = turnBack(flat(k.batchMatMul(dScores, key, 'nn')), angles.query);
        const dKey = turnBack(flat(k.batchMatMul(dScores, query, 'tn')), angles.key);
        const dValue = flat(k.batchMatMul(share, dContext, 'tn'));
        const dSlots = k.concat([dQuery, dKey, dValue]);
        const dProjected = k.reshape(k.rows(dSlots, feed('splitBack')), [
          -1,
          (heads + 2 * keyHeads) * width,
        ]);
        const qkvBack = qkv.back(
          { gradients: [dProjected], x: normal, kept: inQkv, needsInput },
          at.qkv,
        );
        const weights = { ...outBack.weights, ...qkvBack.weights };
        if (qkvBack.input === undefined) return { weights };
        const dInput = norm.back(qkvBack.input, { normal, inverse });
        return { input: k.add(gradient, dInput), weights };
      },
    );
}

export function only<T>([value]: readonly (T | undefined)[]): T {
  if (value === undefined) throw new RangeError('a layer gave no output');
  return value;
}
