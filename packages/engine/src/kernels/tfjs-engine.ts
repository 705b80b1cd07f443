import type * as TF from '@tensorflow/tfjs';
import type { EagerEngine } from './eager-engine.ts';
import type { Feed, Kernels, Orientation } from './kernels.ts';
import { Scopes } from './scopes.ts';
import { statelessUniform } from './stateless-uniform.ts';

type Tf = typeof TF;

/**
 * The same kernels through tfjs operators, for backends without the native library: wasm, and plain JavaScript. Scopes
 * own the tensors, so tfjs' own tidying is kept away from them.
 */
export function tfjsEngine(tf: Tf): EagerEngine<TF.Tensor> {
  const scopes = new Scopes<TF.Tensor>((tensor) => tensor.dispose());
  const constants: TF.Tensor[] = [];
  const constant = (values: Feed): TF.Tensor => {
    const tensor = tf.keep(toTensor(tf, values));
    constants.push(tensor);
    return tensor;
  };
  const kernels: Kernels<TF.Tensor> = {
    ...operators(tf, (compute) => scopes.own(tf.keep(tf.tidy(compute)))),
    constant,
    scalar: (value) => constant({ data: Float32Array.of(value), shape: [] }),
    unstack3: (x) => {
      const [first, second, third] = tf.unstack(x).map((part) => scopes.own(tf.keep(part)));
      if (!first || !second || !third) throw new RangeError('the first axis is not of size 3');
      return [first, second, third];
    },
    crossEntropy: (logits, labels) => {
      const { losses, gradient } = tf.tidy(() => {
        const classes = logits.shape.at(-1) ?? 0;
        // tf.oneHot refuses a single class, which a batch of one pair has
        const numbers = tf.range(0, classes, 1, 'int32');
        const target = tf.cast(tf.equal(tf.expandDims(labels, -1), numbers), 'float32');
        const losses = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), -1));
        return { losses, gradient: tf.sub(tf.softmax(logits), target) };
      });
      return [scopes.own(tf.keep(losses)), scopes.own(tf.keep(gradient))];
    },
    block: (forward, backward) => scopes.block(forward, backward),
    after: (x) => x,
    free: (...values) => scopes.free(...values),
  };

  return {
    kernels,
    inference: { ...kernels, block: scopes.blockWithoutBack },
    scopes,
    upload: (values) => scopes.own(tf.keep(toTensor(tf, values))),
    download: (tensor) => Float32Array.from(tensor.dataSync()),
    globalNorm: (values) => {
      const squares = values.map((x) =>
        tf.tidy(() => tf.sum(tf.square(x)).dataSync()[0] ?? Number.NaN),
      );
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    },
    dispose: () => tf.dispose(constants.splice(0)),
  };
}

/** A tensor of tfjs that nobody owns yet. */
export function toTensor(tf: Tf, { data, shape }: Feed): TF.Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}

type OneOutput = Omit<
  Kernels<TF.Tensor>,
  'constant' | 'scalar' | 'unstack3' | 'crossEntropy' | 'block' | 'after' | 'free'
>;

function operators(tf: Tf, own: (compute: () => TF.Tensor) => TF.Tensor): OneOutput {
  const product = (x: TF.Tensor, y: TF.Tensor, orientation: Orientation): TF.Tensor =>
    own(() => tf.matMul(x, y, orientation === 'tn', orientation === 'nt'));
  const sizes = (shape: readonly number[] | TF.Tensor): number[] =>
    'dataSync' in shape ? Array.from(shape.dataSync()) : [...shape];
  return {
    add: (x, y) => own(() => tf.add(x, y)),
    sub: (x, y) => own(() => tf.sub(x, y)),
    mul: (x, y) => own(() => tf.mul(x, y)),
    exp: (x) => own(() => tf.exp(x)),
    erf: (x) => own(() => tf.erf(x)),
    square: (x) => own(() => tf.square(x)),
    rsqrt: (x) => own(() => tf.rsqrt(x)),
    sigmoid: (x) => own(() => tf.sigmoid(x)),
    relu: (x) => own(() => tf.relu(x)),
    softmax: (x) => own(() => tf.softmax(x)),
    matMul: product,
    batchMatMul: product,
    addBias: (x, bias) => own(() => tf.add(x, bias)),
    columnSum: (x) => own(() => tf.sum(x, 0)),
    rowSum: (x) => own(() => tf.sum(x, -1, true)),
    rowMean: (x) => own(() => tf.mean(x, -1, true)),
    mean: (x) => own(() => tf.mean(x, 0)),
    reshape: (x, shape) => own(() => tf.reshape(x, sizes(shape))),
    rows: (x, indices) => own(() => tf.gather(x, tf.cast(indices, 'int32'))),
    // the kernels behind it do not drop negative segments as TensorFlow does: they get a row of their own, cut off here
    segmentSum: (x, segments, count) =>
      own(() => {
        const rows = count.dataSync()[0] ?? 0;
        const kept = tf.where(tf.less(segments, 0), tf.scalar(rows, 'int32'), segments);
        const sums = tf.unsortedSegmentSum(x, tf.cast(kept, 'int32').as1D(), rows + 1);
        return tf.slice(sums, 0, rows);
      }),
    floor: (x) => own(() => tf.floor(x)),
    shapeOf: (x) => own(() => tf.tensor1d(x.shape, 'int32')),
    random: (shape, seed) =>
      own(() => {
        const size = sizes(shape);
        const [first = 0, second = 0] = seed.dataSync();
        return tf.tensor(statelessUniform(first, second, tf.util.sizeFromShape(size)), size);
      }),
    concat: (parts) =>
      own(() => (parts.length === 1 ? tf.clone(first(parts)) : tf.concat([...parts], 0))),
  };
}

function first<T>([value]: readonly T[]): T {
  if (value === undefined) throw new RangeError('nothing to join');
  return value;
}
