import type { Feed, Kernels, Lookup } from '../kernels/kernels.ts';
import { dropout } from './dropout.ts';
import type { DecoderOptions } from './llama.ts';
import { only } from './llama-attention.ts';
import { llamaFeedForward } from './llama-feed-forward.ts';
import { angles, causalMask, dimensions, vector } from './llama-geometry.ts';
import { type GroupName, llamaGroups } from './llama-layout.ts';
import { layerTensor } from './llama-parameters.ts';
import type { LlamaShape } from './llama-shape.ts';
import { type LayerLookup, LORA_SCALE, type LoraLinear, loraLinear } from './lora-linear.ts';
import type { Feeds } from './net.ts';
import { rmsNorm } from './rms-norm.ts';
import { rotary } from './rotary.ts';

/** Keys and values of the tokens so far, by layer: rows of a head's width, the heads of a token after one another. */
export interface Past {
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
  /** How many tokens. */
  readonly length: number;
}

/**
 * Some tokens that continue what was seen before: the logits after the last of them, then of each layer the keys of
 * these tokens and their values, for the next call.
 */
export function llamaNext<V>(
  k: Kernels<V>,
  shape: LlamaShape,
  options: DecoderOptions,
): (weight: Lookup<V>, feed: Lookup<V>) => V[] {
  const { heads, headWidth: width, tied } = shape;
  const groups = llamaGroups(shape);
  const drop = dropout(k, 0);
  const linear = (name: GroupName): LoraLinear<V> =>
    loraLinear(k, { group: groups[name], drop, ...options });
  const [qkv, out] = [linear('qkv'), linear('out')];
  const norm = rmsNorm(k, shape.epsilon);
  const transform = llamaFeedForward(k, { norm, gateUp: linear('gateUp'), down: linear('down') });
  const { turn } = rotary(k, width);
  const flat = (x: V): V => k.reshape(x, [-1, width]);

  return (weight, feed) => {
    const next = (name: string): V => feed(`next/${name}`);
    const anglesOf = (kind: 'query' | 'key') => ({
      cos: k.rows(next(`${kind}Cos`), next(`${kind}Position`)),
      sin: k.rows(next(`${kind}Sin`), next(`${kind}Position`)),
    });
    const [queryAngles, keyAngles] = [anglesOf('query'), anglesOf('key')];
    const made: V[] = [];
    let x = k.rows(weight('embedding'), next('token'));
    for (let layer = 0; layer < shape.layers; layer += 1) {
      const at: LayerLookup<V> = {
        weight: (name) => weight(layerTensor(layer, name)),
        feed,
        seed: () => next('token'),
      };
      const pieces = flat(only(qkv.forward(norm.forward(x).normal, at).outputs));
      const query = turn(k.rows(pieces, next('queryPiece')), queryAngles);
      const newKeys = turn(k.rows(pieces, next('keyPiece')), keyAngles);
      const newValues = k.rows(pieces, next('valuePiece'));
      const all = (past: string, fresh: V): V =>
        k.reshape(
          k.rows(k.concat([next(`${past}${layer}`), fresh]), next('slot')),
          next('keyShape'),
        );
      const products = k.batchMatMul(
        k.reshape(query, next('queryShape')),
        all('keys', newKeys),
        'nt',
      );
      const masked = k.add(k.reshape(products, next('maskedShape')), next('mask'));
      const share = k.softmax(k.reshape(masked, next('scoresShape')));
      const context = k.batchMatMul(share, all('values', newValues), 'nn');
      const joined = k.reshape(k.rows(flat(context), next('join')), [-1, heads * width]);
      x = k.add(x, only(out.forward(joined, at).outputs));
      [x] = transform(x, { gateUp: at, down: at, needsInput: false });
      made.push(newKeys, newValues);
    }
    const { normal } = norm.forward(k.rows(x, next('last')));
    const state = k.mul(normal, weight('finalGain'));
    return [k.matMul(state, weight(tied ? 'embedding' : 'head'), 'nt'), ...made];
  };
}

/** @param scale  of the updates; 0 computes the base model */
export function nextFeeds(
  tokens: readonly number[],
  {
    shape,
    past,
    scale,
  }: { readonly shape: LlamaShape; readonly past: Past; readonly scale: number },
): Feeds {
  const { heads, keyHeads, headWidth } = shape;
  const pieces = heads + 2 * keyHeads;
  const count = tokens.length;
  const total = past.length + count;
  const perHead = (of: number, value: (head: number, token: number) => number): Feed =>
    vector(
      Int32Array.from({ length: of * count }, (_, i) => value(Math.floor(i / count), i % count)),
    );
  const perToken = (of: number, value: (token: number, head: number) => number): Feed =>
    vector(Int32Array.from({ length: of * count }, (_, i) => value(Math.floor(i / of), i % of)));
  const rows = (data: Float32Array): Feed => ({
    data,
    shape: [data.length / headWidth, headWidth],
  });
  const group = (heads / keyHeads) * count;
  const slots = Int32Array.from({ length: keyHeads * total }, (_, i) => {
    return (i % total) * keyHeads + Math.floor(i / total);
  });
  const feeds: [string, Feed][] = [
    ['token', vector(Int32Array.from(tokens))],
    ['queryPiece', perHead(heads, (head, token) => token * pieces + head)],
    ['queryPosition', perHead(heads, (_, token) => past.length + token)],
    ['keyPiece', perToken(keyHeads, (token, head) => token * pieces + heads + head)],
    ['keyPosition', perToken(keyHeads, (token) => past.length + token)],
    ['valuePiece', perToken(keyHeads, (token, head) => token * pieces + heads + keyHeads + head)],
    ['slot', vector(slots)],
    ['join', perToken(heads, (token, head) => head * count + token)],
    ['last', dimensions(count - 1)],
    ['keyShape', dimensions(keyHeads, total, headWidth)],
    ['queryShape', dimensions(keyHeads, group, headWidth)],
    ['maskedShape', dimensions(heads, count, total)],
    ['scoresShape', dimensions(keyHeads, group, total)],
    ['mask', causalMask(count, total)],
    ...angles(total, shape),
    ...past.keys.map((data, layer): [string, Feed] => [`keys${layer}`, rows(data)]),
    ...past.values.map((data, layer): [string, Feed] => [`values${layer}`, rows(data)]),
  ];
  return new Map([
    ...feeds.map(([name, feed]): [string, Feed] => [`next/${name}`, feed]),
    [LORA_SCALE, { data: Float32Array.of(scale), shape: [] }],
  ]);
}
