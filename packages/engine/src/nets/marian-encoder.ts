import type { Kernels, Lookup } from '../kernels/kernels.ts';
import { marianBlocks } from './marian-blocks.ts';
import { marianTensor } from './marian-parameters.ts';
import type { MarianShape } from './marian-shape.ts';

/** What a decoder needs of its sources. */
export interface Encoded<V> {
  /** (sources · longest, hidden); rows of padding mean nothing. */
  readonly states: V;
  /** Of each decoder layer, (sources, heads · longest · width). */
  readonly keys: readonly V[];
  readonly values: readonly V[];
}

export interface SourceSize {
  readonly count: number;
  /** Tokens of the longest. */
  readonly longest: number;
}

/** The sources of a batch, each padded to the longest, computed once; and what every decoder layer reads of them. */
export function marianEncoder<V>(
  k: Kernels<V>,
  shape: MarianShape,
): (weight: Lookup<V>, feed: Lookup<V>, size: SourceSize) => Encoded<V> {
  const { hidden, encoder, decoder } = shape;
  const blocks = marianBlocks(k, shape);
  const scale = k.scalar(shape.embeddingScale);
  const width = hidden / encoder.heads;

  const layerOf = (x: V, i: number, { weight, feed, size }: Given<V>): V => {
    const layer = `encoder.${i}`;
    const groups = size.count * encoder.heads;
    const parts = k.reshape(blocks.linear(x, weight, marianTensor(layer, 'self.qkv')), [-1, width]);
    const headed = (index: string): V =>
      k.reshape(k.rows(parts, feed(index)), [groups, size.longest, width]);
    const context = blocks.attention({
      query: headed('query'),
      keys: headed('key'),
      values: headed('value'),
      width,
      mask: {
        values: feed('mask'),
        shape: [size.count, encoder.heads, size.longest, size.longest],
        back: [groups, size.longest, size.longest],
      },
    });
    const joined = k.reshape(k.rows(k.reshape(context, [-1, width]), feed('join')), [-1, hidden]);
    const read = blocks.added(blocks.linear(joined, weight, marianTensor(layer, 'self.out')), x, {
      gain: weight(marianTensor(layer, 'self.gain')),
      shift: weight(marianTensor(layer, 'self.shift')),
    });
    return blocks.feedForward(read, weight, layer);
  };

  return (weight, feed, size) => {
    const given = { weight, feed, size };
    const words = k.mul(k.rows(weight('word'), feed('token')), scale);
    let x = k.add(words, k.rows(weight('position'), feed('position')));
    for (let i = 0; i < encoder.layers; i += 1) {
      const before = x;
      x = blocks.alone(() => layerOf(before, i, given));
      k.free(before);
    }
    const heads = decoder.heads;
    const flat = [size.count, heads * size.longest * (hidden / heads)];
    const crossed = Array.from({ length: decoder.layers }, (_, i) => {
      const both = k.reshape(
        blocks.linear(x, weight, marianTensor(`decoder.${i}`, 'cross.keyValue')),
        [-1, hidden / heads],
      );
      return (index: string): V => k.reshape(k.rows(both, feed(index)), flat);
    });
    return {
      states: x,
      keys: crossed.map((of) => of('crossKey')),
      values: crossed.map((of) => of('crossValue')),
    };
  };
}

interface Given<V> {
  readonly weight: Lookup<V>;
  readonly feed: Lookup<V>;
  readonly size: SourceSize;
}
