import type { Kernels, Lookup } from '../kernels/kernels.ts';
import { marianBlocks } from './marian-blocks.ts';
import type { SourceSize } from './marian-encoder.ts';
import { marianTensor } from './marian-parameters.ts';
import type { MarianShape } from './marian-shape.ts';

/** What a step reads beside its tokens. */
export interface DecoderState<V> {
  /** Of each layer, of all tokens so far, (tokens · heads, width): those of a step after those of the one before. */
  readonly keys: readonly V[];
  readonly values: readonly V[];
  /** Of the sources that are still at work (marian-encoder.ts), and their mask. */
  readonly crossKeys: readonly V[];
  readonly crossValues: readonly V[];
  readonly mask: V;
}

export interface StepSize extends SourceSize {
  /** Answers to each source that are written side by side. */
  readonly beams: number;
  /** Tokens of each answer, with this one. */
  readonly length: number;
}

export interface Stepped<V> {
  /** (sources · beams, vocabulary), with the bias. */
  readonly logits: V;
  readonly keys: readonly V[];
  readonly values: readonly V[];
}

/**
 * One more token of each answer. Keys and values are only ever appended: which of them an answer reads says `slot`, so to
 * go on with another answer's past moves no numbers.
 */
export function marianDecoder<V>(
  k: Kernels<V>,
  shape: MarianShape,
): (
  weight: Lookup<V>,
  feed: Lookup<V>,
  step: { state: DecoderState<V>; size: StepSize },
) => Stepped<V> {
  const { hidden, decoder } = shape;
  const { layers, heads } = decoder;
  const width = hidden / heads;
  const blocks = marianBlocks(k, shape);
  const scale = k.scalar(shape.embeddingScale);
  const flat = (x: V): V => k.reshape(x, [-1, width]);

  return (weight, feed, { state, size }) => {
    const { count, longest, beams, length } = size;
    const groups = count * beams * heads;
    const keys: V[] = [];
    const values: V[] = [];
    const selfAttention = (x: V, layer: string, i: number): V => {
      const parts = flat(blocks.linear(x, weight, marianTensor(layer, 'self.qkv')));
      const appended = (before: readonly V[], index: string): V =>
        k.concat([...before.slice(i, i + 1), k.rows(parts, feed(index))]);
      const own = { keys: appended(state.keys, 'key'), values: appended(state.values, 'value') };
      keys.push(own.keys);
      values.push(own.values);
      const past = (all: V): V => k.reshape(k.rows(all, feed('slot')), [groups, length, width]);
      return blocks.attention({
        query: k.reshape(k.rows(parts, feed('query')), [groups, 1, width]),
        keys: past(own.keys),
        values: past(own.values),
        width,
      });
    };
    const crossAttention = (x: V, layer: string, i: number): V => {
      const query = flat(blocks.linear(x, weight, marianTensor(layer, 'cross.query')));
      const source = (all: readonly V[]): V =>
        k.reshape(at(all, i), [count * heads, longest, width]);
      const context = blocks.attention({
        query: k.reshape(k.rows(query, feed('spread')), [count * heads, beams, width]),
        keys: source(state.crossKeys),
        values: source(state.crossValues),
        width,
        mask: {
          values: state.mask,
          shape: [count, heads, beams, longest],
          back: [count * heads, beams, longest],
        },
      });
      return k.rows(flat(context), feed('join'));
    };
    const half = (kind: 'self' | 'cross', layer: string, x: V, context: V): V =>
      blocks.added(
        blocks.linear(k.reshape(context, [-1, hidden]), weight, marianTensor(layer, `${kind}.out`)),
        x,
        {
          gain: weight(marianTensor(layer, `${kind}.gain`)),
          shift: weight(marianTensor(layer, `${kind}.shift`)),
        },
      );

    let x = k.add(
      k.mul(k.rows(weight('word'), feed('token')), scale),
      k.rows(weight('position'), feed('position')),
    );
    for (let i = 0; i < layers; i += 1) {
      const layer = `decoder.${i}`;
      x = half('self', layer, x, selfAttention(x, layer, i));
      x = half('cross', layer, x, crossAttention(x, layer, i));
      x = blocks.feedForward(x, weight, layer);
    }
    return { logits: k.addBias(k.matMul(x, weight('word'), 'nt'), weight('bias')), keys, values };
  };
}

function at<V>(values: readonly V[], i: number): V {
  const value = values[i];
  if (value === undefined) throw new RangeError(`there is no layer ${i}`);
  return value;
}
