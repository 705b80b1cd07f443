import type { Kernels, Lookup } from '../kernels/kernels.ts';
import { layerNorm } from './layer-norm.ts';
import { marianTensor } from './marian-parameters.ts';
import type { MarianShape } from './marian-shape.ts';

/** PyTorch's own, which Marian's layers do not change. */
const EPSILON = 1e-5;

/** What encoder and decoder layers are made of: forward only, for use. */
export interface MarianBlocks<V> {
  /** x · matrixᵀ + bias, the matrix (out, in) under `name`. */
  linear(x: V, weight: Lookup<V>, name: string): V;
  /** The sum of what a half layer made and what it was given, normalised: the norm comes after the sum. */
  added(made: V, x: V, norm: { readonly gain: V; readonly shift: V }): V;
  feedForward(x: V, weight: Lookup<V>, layer: string): V;
  /** What `compute` gives; everything else that it made is freed. */
  alone(compute: () => V): V;
  /** What each query reads: (b, m, width). */
  attention(parts: AttentionParts<V>): V;
}

export interface AttentionParts<V> {
  /** (b, m, width), not scaled. */
  readonly query: V;
  /** (b, n, width), as the values. */
  readonly keys: V;
  readonly values: V;
  /** Of a head. */
  readonly width: number;
  /** What is added to the scores, seen in one shape for that and in another after; without it all is seen. */
  readonly mask?: {
    readonly values: V;
    readonly shape: readonly number[];
    readonly back: readonly number[];
  };
}

export function marianBlocks<V>(
  k: Kernels<V>,
  { hidden, activation }: MarianShape,
): MarianBlocks<V> {
  const norm = layerNorm(k, hidden, EPSILON);
  const scales = new Map<number, V>();
  const scaleOf = (width: number): V => {
    const known = scales.get(width) ?? k.scalar(1 / Math.sqrt(width));
    scales.set(width, known);
    return known;
  };
  const half = k.scalar(0.5);
  const rootHalf = k.scalar(Math.SQRT1_2);
  const one = k.scalar(1);
  const active: Record<MarianShape['activation'], (x: V) => V> = {
    relu: k.relu,
    swish: (x) => k.mul(x, k.sigmoid(x)),
    gelu: (x) => k.mul(k.mul(x, half), k.add(k.erf(k.mul(x, rootHalf)), one)),
  };
  const linear = (x: V, weight: Lookup<V>, name: string): V =>
    k.addBias(k.matMul(x, weight(name), 'nt'), weight(`${name}Bias`));
  const added = (made: V, x: V, { gain, shift }: { readonly gain: V; readonly shift: V }): V =>
    norm.forward(k.add(x, made), gain, shift).output;

  return {
    linear,
    added,
    feedForward: (x, weight, layer) => {
      const up = active[activation](linear(x, weight, marianTensor(layer, 'up')));
      return added(linear(up, weight, marianTensor(layer, 'down')), x, {
        gain: weight(marianTensor(layer, 'finalGain')),
        shift: weight(marianTensor(layer, 'finalShift')),
      });
    },
    alone: (compute) => k.block(() => [compute(), {}], noWayBack)[0],
    attention: ({ query, keys, values, width, mask }) => {
      const scores = k.batchMatMul(k.mul(query, scaleOf(width)), keys, 'nt');
      if (mask === undefined) return k.batchMatMul(k.softmax(scores), values, 'nn');
      const masked = k.add(k.reshape(scores, mask.shape), mask.values);
      return k.batchMatMul(k.softmax(k.reshape(masked, mask.back)), values, 'nn');
    },
  };
}

function noWayBack(): never {
  throw new RangeError('a translator is not trained');
}
