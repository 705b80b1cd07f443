import type { Block, Kernels, Lookup } from '../kernels/kernels.ts';
import { attention } from './bert-attention.ts';
import { feedForward } from './bert-feed-forward.ts';
import { type LayerTensor, layerTensor } from './bert-parameters.ts';
import type { BertShape } from './bert-shape.ts';
import { type Dropout, dropout } from './dropout.ts';
import { type LayerNorm, layerNorm } from './layer-norm.ts';
import type { Passed } from './net.ts';

/**
 * BERT's encoder over the rows of a `BertGeometry`: (tokens + 1, hidden) out. The forward pass and its hand-written
 * backward pass stand side by side in each block. With dropout it also looks up a seed for each of `dropoutSites`.
 */
export function bertEncoder<V>(
  k: Kernels<V>,
  shape: BertShape,
  { buckets, dropout: rate, typed = false }: EncoderOptions,
): (weight: Lookup<V>, feed: Lookup<V>) => Passed<V> {
  const norm = layerNorm(k, shape.hidden, shape.epsilon);
  const drop = dropout(k, rate);
  const embed = embedding(k, shape, { norm, drop, typed });
  const attend = attention(k, shape, { norm, buckets, drop });
  const transform = feedForward(k, { norm, drop });

  return (weight, feed) => {
    const passed: { prefix: string; block: Block<V> }[] = [];
    const through = (prefix: string, block: Block<V>): V => {
      passed.push({ prefix, block });
      return block[0];
    };
    let x = through('', embed(weight, feed));
    for (let layer = 0; layer < shape.layers; layer += 1) {
      const tensor = (name: LayerTensor): V => weight(layerTensor(layer, name));
      const seed = (place: string): V => feed(siteName(layer, place));
      x = through(`${layer}.`, attend(x, tensor, { feed, seed }));
      x = through(`${layer}.`, transform(x, tensor, seed));
    }
    return {
      output: x,
      back: (gradient) => {
        const gradients = new Map<string, V>();
        let above: V | undefined = gradient;
        for (const { prefix, block } of passed.toReversed()) {
          if (above === undefined) break;
          const [output, back] = block;
          const { input, weights } = back(above);
          k.free(above, output);
          for (const [name, value] of Object.entries(weights)) gradients.set(prefix + name, value);
          above = input;
        }
        return gradients;
      },
    };
  };
}

export interface EncoderOptions {
  /** Attention buckets of the geometry. */
  readonly buckets: number;
  /** Share of the numbers that training drops, in the places where BERT does. */
  readonly dropout: number;
  /** Whether each row has a token type of its own, the feed `type`; default false: all have the first. */
  readonly typed?: boolean;
}

/** The places of the encoder that drop, under the names that it looks seeds up by. */
export function dropoutSites({ layers }: BertShape, buckets: number): string[] {
  const places = [
    ...Array.from({ length: buckets }, (_, b) => `scores${b}`),
    'attentionOut',
    'output',
  ];
  const inLayers = Array.from({ length: layers }, (_, layer) =>
    places.map((place) => siteName(layer, place)),
  );
  return [EMBEDDING_SITE, ...inLayers.flat()];
}

const EMBEDDING_SITE = 'drop/embedding';
const siteName = (layer: number, place: string): string => `drop/${layer}/${place}`;

interface EmbeddingParts<V> {
  readonly norm: LayerNorm<V>;
  readonly drop: Dropout<V>;
  readonly typed: boolean;
}

/** Word, position and token type summed, then normalised. */
function embedding<V>(
  k: Kernels<V>,
  shape: BertShape,
  { norm, drop, typed }: EmbeddingParts<V>,
): (weight: Lookup<V>, feed: Lookup<V>) => Block<V> {
  const { hidden, tokenTypes } = shape;
  const int32 = (value: number): V => k.constant({ data: Int32Array.of(value), shape: [] });
  const firstType = k.constant({ data: Int32Array.of(0), shape: [1] });
  const [vocabulary, positions] = [int32(shape.vocabulary), int32(shape.positions)];
  const types = int32(tokenTypes);
  const otherTypes = k.constant({
    data: new Float32Array((tokenTypes - 1) * hidden),
    shape: [tokenTypes - 1, hidden],
  });
  return (weight, feed) =>
    k.block(
      () => {
        const word = k.rows(weight('word'), feed('token'));
        const position = k.rows(weight('position'), feed('position'));
        const type = k.rows(weight('type'), typed ? feed('type') : firstType);
        const { output, normal, inverse } = norm.forward(
          k.add(k.add(word, position), type),
          weight('embeddingGain'),
          weight('embeddingShift'),
        );
        const { output: left, masks } = drop.forward(output, () => feed(EMBEDDING_SITE));
        return [left, { normal, inverse, masks }];
      },
      (gradient, kept) => {
        const d = norm.back(drop.back(gradient, kept.masks), kept, weight('embeddingGain'));
        return {
          weights: {
            word: k.segmentSum(d.input, feed('token'), vocabulary),
            position: k.segmentSum(d.input, feed('position'), positions),
            type: typed
              ? k.segmentSum(d.input, feed('type'), types)
              : k.concat([k.reshape(k.columnSum(d.input), [1, hidden]), otherTypes]),
            embeddingGain: d.gain,
            embeddingShift: d.shift,
          },
        };
      },
    );
}
