import type { Block, Feed, Kernels, Lookup } from '../kernels/kernels.ts';
import { vector } from './llama-geometry.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { RmsNorm } from './rms-norm.ts';

/** The logits of 256 tokens over 49,152 words are 50 MB, and so are their gradients; more go in chunks, one at a time. */
const CHUNKS = 4;
const ROWS_PER_CHUNK = 256;

/**
 * Final norm, logits and cross-entropy of the tokens that are trained, and of no others: (trained) losses.
 * @param isTraining  whether a way back is wanted: then a chunk's gradient is taken at once, and its logits can go
 */
export function llamaHead<V>(
  k: Kernels<V>,
  shape: LlamaShape,
  { norm, isTraining }: { readonly norm: RmsNorm<V>; readonly isTraining: boolean },
): (x: V, weight: Lookup<V>, feed: Lookup<V>) => Block<V> {
  const zeros = k.constant({ data: new Float32Array(shape.hidden), shape: [1, shape.hidden] });
  const name = shape.tied ? 'embedding' : 'head';
  return (x, weight, feed) =>
    k.block(
      () => {
        const { normal, inverse } = norm.forward(k.rows(x, feed('trainedRow')));
        const scaled = k.mul(normal, weight('finalGain'));
        const losses: V[] = [];
        const gradients: V[] = [];
        let earlier: V | undefined;
        for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
          const ready = earlier === undefined ? scaled : k.after(scaled, earlier);
          const logits = k.matMul(k.rows(ready, feed(`chunk${chunk}`)), weight(name), 'nt');
          const [loss, dLogits] = k.crossEntropy(logits, feed(`label${chunk}`));
          losses.push(loss);
          if (isTraining) gradients.push(k.matMul(dLogits, weight(name), 'nn'));
          earlier = isTraining ? gradients.at(-1) : loss;
          k.free(logits, dLogits);
        }
        const kept = isTraining ? { normal, inverse, dScaled: k.concat(gradients) } : {};
        return [k.concat(losses), kept];
      },
      (gradient, kept) => {
        const { normal, inverse, dScaled } = kept;
        if (!normal || !inverse || !dScaled) throw new RangeError('this head has no way back');
        const dLosses = k.mul(dScaled, k.reshape(gradient, [-1, 1]));
        const dRows = norm.back(k.mul(dLosses, weight('finalGain')), { normal, inverse });
        return { input: k.rows(k.concat([dRows, zeros]), feed('trainedBack')), weights: {} };
      },
    );
}

/**
 * @param rows    of the tokens from whose state the next token is predicted
 * @param labels  those next tokens
 * @param total   rows of the batch, the dummy counted
 */
export function headFeeds(
  { rows, labels }: { readonly rows: readonly number[]; readonly labels: readonly number[] },
  total: number,
): [string, Feed][] {
  const back = new Int32Array(total).fill(rows.length);
  rows.forEach((row, i) => {
    back[row] = i;
  });
  const size = Math.max(ROWS_PER_CHUNK, Math.ceil(rows.length / CHUNKS));
  const chunks = Array.from({ length: CHUNKS }, (_, chunk): [string, Feed][] => {
    const start = Math.min(rows.length, chunk * size);
    const end = Math.min(rows.length, start + size);
    const numbers = Int32Array.from({ length: end - start }, (_, i) => start + i);
    return [
      [`chunk${chunk}`, vector(numbers)],
      [`label${chunk}`, vector(Int32Array.from(labels.slice(start, end)))],
    ];
  });
  return [
    ['trainedRow', vector(Int32Array.from(rows))],
    ['trainedBack', vector(back)],
    ...chunks.flat(),
  ];
}
