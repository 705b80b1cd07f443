import type { Feed } from '../kernels/kernels.ts';
import { bertEncoder } from './bert.ts';
import { bertGeometry } from './bert-geometry.ts';
import type { BertShape } from './bert-shape.ts';
import { layerNorm } from './layer-norm.ts';
import { type MaskedNetOptions, maskedParameters } from './masked-parameters.ts';
import type { Feeds, FrozenNet } from './net.ts';

/** Attention buckets: what is asked in one call is of like length already. */
const BUCKETS = 1;

/** A sequence with one place that is asked about. */
export interface MaskedSequence {
  readonly tokens: readonly number[];
  /** Token type of each. */
  readonly types: readonly number[];
  /** Index of the masked token. */
  readonly masked: number;
}

/** BERT and its masked-language head: (sequences, vocabulary) logits of the masked places. */
export function maskedNet(shape: BertShape, { tied }: MaskedNetOptions): FrozenNet {
  return {
    frozen: maskedParameters(shape, { tied }),
    sample: maskedFeeds([{ tokens: [0, 0], types: [0, 0], masked: 0 }], shape),
    build: (k) => {
      const encode = bertEncoder(k, shape, { buckets: BUCKETS, dropout: 0, typed: true });
      const norm = layerNorm(k, shape.hidden, shape.epsilon);
      const half = k.scalar(Math.SQRT1_2);
      const one = k.scalar(1);
      return (weight, feed) => {
        const states = k.rows(encode(weight, feed).output, feed('maskedRow'));
        const dense = k.addBias(
          k.matMul(states, weight('transform'), 'nt'),
          weight('transformBias'),
        );
        // GELU(v) = u (1 + erf u) / sqrt 2 with u = v / sqrt 2
        const u = k.mul(dense, half);
        const active = k.mul(k.mul(u, k.add(k.erf(u), one)), half);
        const { output } = norm.forward(active, weight('headGain'), weight('headShift'));
        const decoder = weight(tied ? 'word' : 'decoder');
        return k.addBias(k.matMul(output, decoder, 'nt'), weight('decoderBias'));
      };
    },
  };
}

/** What the net is fed with for some sequences. @throws RangeError when one is empty or longer than the positions */
export function maskedFeeds(sequences: readonly MaskedSequence[], shape: BertShape): Feeds {
  const geometry = bertGeometry(
    sequences.map(({ tokens }) => tokens),
    BUCKETS,
    shape,
  );
  const textOf = geometry.feeds.get('text')?.data ?? [];
  const positionOf = geometry.feeds.get('position')?.data ?? [];
  const type = new Int32Array(textOf.length);
  const maskedRow = new Int32Array(sequences.length);
  for (let row = 0; row + 1 < textOf.length; row += 1) {
    const [text = 0, position = 0] = [textOf[row], positionOf[row]];
    type[row] = sequences[text]?.types[position] ?? 0;
    if (sequences[text]?.masked === position) maskedRow[text] = row;
  }
  return new Map([...geometry.feeds, ['type', vector(type)], ['maskedRow', vector(maskedRow)]]);
}

function vector(data: Int32Array): Feed {
  return { data, shape: [data.length] };
}
