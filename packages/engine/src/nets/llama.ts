import type { Block, Kernels, Lookup } from '../kernels/kernels.ts';
import { dropout } from './dropout.ts';
import { llamaAttention } from './llama-attention.ts';
import { llamaFeedForward } from './llama-feed-forward.ts';
import { type Group, type GroupName, llamaGroups } from './llama-layout.ts';
import { layerTensor } from './llama-parameters.ts';
import type { LlamaShape } from './llama-shape.ts';
import { type LayerLookup, type LoraLinear, loraLinear } from './lora-linear.ts';
import { rmsNorm } from './rms-norm.ts';
import type { Angles } from './rotary.ts';

export interface DecoderOptions {
  readonly rank: number;
  readonly targetModules: readonly string[];
  /** Share of what the updates see that is dropped. */
  readonly dropout: number;
  /** Whether a layer keeps only its input and is computed again on the way back. */
  readonly recompute: boolean;
}

/** One decoder layer after the other: the blocks, and the state that leaves the last. */
export interface Decoded<V> {
  readonly output: V;
  /** In order, with the prefix of their weights. */
  readonly blocks: readonly { readonly prefix: string; readonly block: Block<V> }[];
}

/** The layers of a Llama decoder over the rows of a `llamaGeometry`: embedding in, (tokens + 1, hidden) out. */
export function llamaDecoder<V>(
  k: Kernels<V>,
  shape: LlamaShape,
  options: DecoderOptions,
): (weight: Lookup<V>, feed: Lookup<V>) => Decoded<V> {
  const groups = llamaGroups(shape);
  const drop = dropout(k, options.dropout);
  const linear = (name: GroupName): LoraLinear<V> =>
    loraLinear(k, { group: groups[name], drop, ...options });
  const norm = rmsNorm(k, shape.epsilon);
  const attend = llamaAttention(k, shape, { norm, qkv: linear('qkv'), out: linear('out') });
  const transform = llamaFeedForward(k, { norm, gateUp: linear('gateUp'), down: linear('down') });
  const through = options.recompute
    ? recomputed(k)
    : (x: V, forward: (x: V) => Block<V>): Block<V> => forward(x);
  const trainsAttention = trains(options.targetModules, [groups.qkv, groups.out]);

  return (weight, feed) => {
    const angles = anglesBySlot(k, feed);
    const blocks: { prefix: string; block: Block<V> }[] = [];
    let x = k.rows(weight('embedding'), feed('token'));
    for (let layer = 0; layer < shape.layers; layer += 1) {
      const at = (group: GroupName): LayerLookup<V> => ({
        weight: (name) => weight(layerTensor(layer, name)),
        feed,
        seed: () => feed(siteName(layer, group)),
      });
      const isFirst = layer === 0;
      const attention = through(x, (input) =>
        attend(input, { qkv: at('qkv'), out: at('out'), feed, angles, needsInput: !isFirst }),
      );
      const needsInput = !isFirst || trainsAttention;
      const feedForward = through(attention[0], (input) =>
        transform(input, { gateUp: at('gateUp'), down: at('down'), needsInput }),
      );
      for (const block of [attention, feedForward]) blocks.push({ prefix: `${layer}.`, block });
      x = feedForward[0];
    }
    return { output: x, blocks };
  };
}

/** A block that keeps nothing but its input, and computes itself again before it goes back. */
function recomputed<V>(k: Kernels<V>): (x: V, forward: (x: V) => Block<V>) => Block<V> {
  return (x, forward) =>
    k.block(
      () => [forward(x)[0], {}],
      (gradient) => {
        const [output, back] = forward(k.after(x, gradient));
        const gradients = back(gradient);
        k.free(output);
        return gradients;
      },
    );
}

function anglesBySlot<V>(
  k: Kernels<V>,
  feed: Lookup<V>,
): { readonly query: Angles<V>; readonly key: Angles<V> } {
  const of = (kind: 'query' | 'key'): Angles<V> => ({
    cos: k.rows(feed(`${kind}Cos`), feed(`${kind}Position`)),
    sin: k.rows(feed(`${kind}Sin`), feed(`${kind}Position`)),
  });
  return { query: of('query'), key: of('key') };
}

function trains(targetModules: readonly string[], groups: readonly Group[]): boolean {
  return groups.some(({ matrices }) =>
    matrices.some(({ modules }) => modules.some(({ name }) => targetModules.includes(name))),
  );
}

/** The places of the decoder that drop, under the names that it looks seeds up by. */
export function dropoutSites(shape: LlamaShape): string[] {
  const groups = Object.values(llamaGroups(shape));
  return Array.from({ length: shape.layers }, (_, layer) =>
    groups.map(({ name }) => siteName(layer, name)),
  ).flat();
}

const siteName = (layer: number, group: GroupName): string => `drop/${layer}/${group}`;
