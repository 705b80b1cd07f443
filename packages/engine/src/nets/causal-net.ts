import type { Kernels, Lookup } from '../kernels/kernels.ts';
import { dropoutFeeds } from './dropout.ts';
import { type DecoderOptions, dropoutSites, llamaDecoder } from './llama.ts';
import { llamaGeometry } from './llama-geometry.ts';
import { headFeeds, llamaHead } from './llama-head.ts';
import { llamaNext, nextFeeds, type Past } from './llama-next.ts';
import { llamaFrozen, loraParameters } from './llama-parameters.ts';
import type { LlamaShape } from './llama-shape.ts';
import { LORA_SCALE } from './lora-linear.ts';
import type { BuiltNet, Feeds, Passed, TrainableNet } from './net.ts';
import { rmsNorm } from './rms-norm.ts';

/** A sequence with what is trained of it. */
export interface CausalExample {
  readonly tokens: readonly number[];
  /** Loss weight of predicting `tokens[i]` from those before; 0: not trained. The first is always 0. */
  readonly weights: readonly number[];
}

/**
 * A language model with low-rank updates. Its output is the loss of each trained token, in the order of the examples
 * and their tokens; its training loss is their mean by weight.
 */
export function causalNet(shape: LlamaShape, options: DecoderOptions): TrainableNet {
  const seeds = options.dropout > 0 ? dropoutSites(shape) : [];
  return {
    parameters: loraParameters(shape, options),
    frozen: llamaFrozen(shape),
    sample: new Map([
      ...causalFeeds([{ tokens: [0, 0], weights: [0, 1] }], shape, 1),
      ...shareFeeds([1]),
      ...nextFeeds([0], { shape, past: firstPast(shape), scale: 1 }),
      ...dropoutFeeds(seeds, { seed: 0, step: 0, part: 0 }),
    ]),
    seeds,
    outputWidth: 1,
    build: (k) => build(k, shape, options),
  };
}

/** @param scale  of the updates; 0 computes the base model */
export function causalFeeds(
  examples: readonly CausalExample[],
  shape: LlamaShape,
  scale: number,
): Feeds {
  const sequences = examples.map(usedTokens);
  const rows: number[] = [];
  const labels: number[] = [];
  let start = 0;
  for (const [e, { tokens, weights }] of examples.entries()) {
    for (const [i, label] of tokens.entries()) {
      if ((weights[i] ?? 0) === 0) continue;
      rows.push(start + i - 1);
      labels.push(label);
    }
    start += sequences[e]?.length ?? 0;
  }
  return new Map([
    ...llamaGeometry(sequences, shape),
    ...headFeeds({ rows, labels }, start + 1),
    [LORA_SCALE, { data: Float32Array.of(scale), shape: [] }],
  ]);
}

/** What a loss depends on: no token from the last trained one on, for each sees only those before it. */
function usedTokens({ tokens, weights }: CausalExample): readonly number[] {
  return tokens.slice(
    0,
    Math.max(
      1,
      weights.findLastIndex((weight) => weight !== 0),
    ),
  );
}

/** @param shares  of the loss, of each trained token; they sum up to 1 over a batch */
export function shareFeeds(shares: readonly number[]): Feeds {
  return new Map([['lossShare', { data: Float32Array.from(shares), shape: [shares.length] }]]);
}

/** Keys and values of a first token. */
function firstPast({ layers, keyHeads, headWidth }: LlamaShape): Past {
  const rows = Array.from({ length: layers }, () => new Float32Array(keyHeads * headWidth));
  return { keys: rows, values: rows, length: 1 };
}

function build<V>(k: Kernels<V>, shape: LlamaShape, options: DecoderOptions): BuiltNet<V> {
  const norm = rmsNorm(k, shape.epsilon);
  const passWith = (dropout: number, isTraining: boolean) => {
    const decode = llamaDecoder(k, shape, { ...options, dropout });
    const head = llamaHead(k, shape, { norm, isTraining });
    return (weight: Lookup<V>, feed: Lookup<V>): Passed<V> => {
      const { output: state, blocks } = decode(weight, feed);
      const [losses, headBack] = head(state, weight, feed);
      return {
        output: losses,
        back: (gradient) => {
          const gradients = new Map<string, V>();
          let { input: above } = headBack(gradient);
          k.free(gradient, losses);
          for (const { prefix, block } of blocks.toReversed()) {
            if (above === undefined) break;
            const [output, back] = block;
            const { input, weights } = back(above);
            k.free(above, output);
            for (const [name, value] of Object.entries(weights)) {
              gradients.set(prefix + name, value);
            }
            above = input;
          }
          return gradients;
        },
      };
    };
  };
  const use = passWith(0, false);
  return {
    forward: (weight, feed) => use(weight, feed).output,
    pass: passWith(options.dropout, true),
    next: llamaNext(k, shape, options),
    loss: (losses, feed) => {
      const weighted = k.reshape(k.mul(losses, feed('lossShare')), [-1, 1]);
      return { loss: k.reshape(k.columnSum(weighted), []), gradient: feed('lossShare') };
    },
  };
}
