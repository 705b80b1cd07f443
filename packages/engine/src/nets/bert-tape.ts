import type * as TF from '@tensorflow/tfjs';
import type { Weights } from '../formats/weight.ts';
import type { BertShape } from './bert-shape.ts';

type Tf = typeof TF;

export interface TapeResult {
  /** (texts, hidden) unit rows. */
  readonly embeddings: Float32Array;
  readonly loss: number;
  /** By the names of the model file. */
  readonly gradients: Map<string, Float32Array>;
}

interface TapeBatch {
  /** Anchors, then their positives. */
  readonly texts: readonly (readonly number[])[];
  /** (pairs, pairs), 0 or very negative. */
  readonly mask: Float32Array;
}

/**
 * Encoder, pooling and loss as a textbook writes them, with padding, single weights and tfjs' own gradients. Slow and
 * large; the judge of the fast one, which shares nothing with it.
 */
export function bertTape(
  tf: Tf,
  shape: BertShape,
  weights: Weights,
): (batch: TapeBatch) => TapeResult {
  const names = [...weights.keys()].filter((name) => !name.startsWith('pooler.'));
  return (batch) => {
    let embeddings = new Float32Array();
    const compute = (...tensors: TF.Tensor[]): TF.Scalar => {
      const unit = unitRows(tf, encode(tf, shape, { batch, weight: byName(names, tensors) }));
      embeddings = Float32Array.from(unit.dataSync());
      return loss(tf, unit, batch.mask);
    };
    const { value, grads } = tf.tidy(() => {
      const tensors = names.map((name) => {
        const { data, shape: size } = weights.get(name) ?? { data: [], shape: [] };
        return tf.tensor(data, [...size]);
      });
      return tf.valueAndGrads(compute)(tensors);
    });
    const gradients = new Map(
      names.map((name, i) => [name, Float32Array.from(grads[i]?.dataSync() ?? [])]),
    );
    const result = { embeddings, loss: value.dataSync()[0] ?? Number.NaN, gradients };
    tf.dispose([value, grads]);
    return result;
  };
}

interface EncoderInput {
  readonly batch: TapeBatch;
  readonly weight: (name: string) => TF.Tensor;
}

/** Mean over each text's tokens of BERT's last layer: (texts, hidden). */
function encode(tf: Tf, shape: BertShape, { batch: { texts }, weight }: EncoderInput): TF.Tensor2D {
  const { hidden, heads, epsilon } = shape;
  const width = hidden / heads;
  const count = texts.length;
  const length = Math.max(...texts.map((text) => text.length));
  const padded = texts.map((text) => [...text, ...new Array<number>(length - text.length).fill(0)]);
  const real = tf.tensor2d(
    texts.map((text) => Array.from({ length }, (_, p) => (p < text.length ? 1 : 0))),
  );
  const linear = (x: TF.Tensor, name: string): TF.Tensor =>
    tf.add(tf.matMul(x, weight(`${name}.weight`), false, true), weight(`${name}.bias`));
  const norm = (x: TF.Tensor, name: string): TF.Tensor => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normal, weight(`${name}.weight`)), weight(`${name}.bias`));
  };
  const gelu = (x: TF.Tensor): TF.Tensor =>
    tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const toHeads = (x: TF.Tensor): TF.Tensor =>
    tf.transpose(tf.reshape(x, [count, length, heads, width]), [0, 2, 1, 3]);

  const ids = tf.tensor1d(padded.flat(), 'int32');
  const positions = tf.slice(weight('embeddings.position_embeddings.weight'), 0, length);
  const type = tf.slice(weight('embeddings.token_type_embeddings.weight'), 0, 1);
  const word = tf.gather(weight('embeddings.word_embeddings.weight'), ids);
  const place = tf.tile(tf.add(positions, type), [count, 1]);
  let x = norm(tf.add(word, place), 'embeddings.LayerNorm');
  const mask = tf.reshape(tf.mul(tf.sub(1, real), -1e9), [count, 1, 1, length]);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const name = `encoder.layer.${layer}`;
    const projected = (part: string): TF.Tensor =>
      toHeads(linear(x, `${name}.attention.self.${part}`));
    const products = tf.matMul(projected('query'), projected('key'), false, true);
    const scores = tf.add(tf.div(products, Math.sqrt(width)), mask);
    const context = tf.matMul(tf.softmax(scores), projected('value'));
    const joined = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [count * length, hidden]);
    const mixed = linear(joined, `${name}.attention.output.dense`);
    x = norm(tf.add(mixed, x), `${name}.attention.output.LayerNorm`);
    const wide = gelu(linear(x, `${name}.intermediate.dense`));
    x = norm(tf.add(linear(wide, `${name}.output.dense`), x), `${name}.output.LayerNorm`);
  }
  const weightOf = tf.expandDims(real, -1);
  const sum = tf.sum(tf.mul(tf.reshape(x, [count, length, hidden]), weightOf), 1);
  return tf.div<TF.Tensor2D>(sum, tf.sum(weightOf, 1));
}

function unitRows(tf: Tf, x: TF.Tensor2D): TF.Tensor2D {
  return tf.div(x, tf.sqrt(tf.sum(tf.square(x), -1, true)));
}

function loss(tf: Tf, unit: TF.Tensor2D, mask: Float32Array): TF.Scalar {
  const pairs = unit.shape[0] / 2;
  const [anchors, positives] = tf.split(unit, 2);
  if (!anchors || !positives) throw new RangeError('a batch needs pairs');
  const cosines = tf.matMul(anchors, positives, false, true);
  const logits = tf.add(tf.mul(cosines, 20), tf.tensor2d(mask, [pairs, pairs]));
  return tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), tf.eye(pairs))), pairs));
}

function byName(
  names: readonly string[],
  tensors: readonly TF.Tensor[],
): (name: string) => TF.Tensor {
  return (name) => {
    const tensor = tensors[names.indexOf(name)];
    if (!tensor) throw new RangeError(`there is no weight ${name}`);
    return tensor;
  };
}
