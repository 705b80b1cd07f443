import { type Attributes, bool, int, string, type } from './attributes.ts';
import type { Feed, Kernels, Orientation } from './kernels.ts';
import type { Machine } from './machine.ts';

const T = [type('T')];
const BIAS = [...T, string('data_format', 'NHWC')];
const REDUCE = [...T, type('Tidx', 'int32')];
const REDUCE_KEEPING_AXIS = [bool('keep_dims', true), ...REDUCE];
const REDUCE_AXIS = [bool('keep_dims', false), ...REDUCE];
const RESHAPE = [...T, type('Tshape', 'int32')];
const SEGMENT_SUM = [...T, type('Tindices', 'int32'), type('Tnumsegments', 'int32')];
const CROSS_ENTROPY = [...T, type('Tlabels', 'int32')];
const UNPACK_3 = [int('num', 3), ...T, int('axis', 0)];
const SHAPE = [...T, type('out_type', 'int32')];
const RANDOM = [type('dtype'), type('T', 'int32'), type('Tseed', 'int32')];
const GATHER = [
  type('Tparams'),
  type('Tindices', 'int32'),
  type('Taxis', 'int32'),
  int('batch_dims', 0),
];
const MATMUL = orientations('transpose_a', 'transpose_b');
const BATCH_MATMUL = orientations('adj_x', 'adj_y');

/** The kernels over a machine: names, attributes and constant operands, the same whether they run now or in a graph. */
export function tensorflowKernels<V>(machine: Machine<V>): Kernels<V> {
  const one = (kernel: string, attributes: Attributes, inputs: readonly V[]): V =>
    only(machine.exec(kernel, attributes, inputs, 1));
  const unary = (kernel: string) => (x: V) => one(kernel, T, [x]);
  const binary = (kernel: string) => (x: V, y: V) => one(kernel, T, [x, y]);

  const shapes = new Map<string, V>();
  const shapeOf = (dimensions: readonly number[]): V => {
    const key = dimensions.join();
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const made = machine.constant(vector(dimensions));
    shapes.set(key, made);
    return made;
  };
  const isV = (shape: readonly number[] | V): shape is V => !Array.isArray(shape);
  const axis0 = machine.constant({ data: Int32Array.of(0), shape: [] });
  const firstAxis = machine.constant(vector([0]));
  const lastAxis = machine.constant(vector([-1]));

  return {
    constant: machine.constant,
    scalar: (value) => machine.constant({ data: Float32Array.of(value), shape: [] }),

    add: binary('AddV2'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    exp: unary('Exp'),
    erf: unary('Erf'),
    square: unary('Square'),
    rsqrt: unary('Rsqrt'),
    sigmoid: unary('Sigmoid'),
    relu: unary('Relu'),
    softmax: unary('Softmax'),

    matMul: (x, y, orientation) => one('MatMul', MATMUL[orientation], [x, y]),
    batchMatMul: (x, y, orientation) => one('BatchMatMulV2', BATCH_MATMUL[orientation], [x, y]),
    addBias: (x, bias) => one('BiasAdd', BIAS, [x, bias]),

    columnSum: (x) => one('BiasAddGrad', BIAS, [x]), // twice as fast as Sum over axis 0
    rowSum: (x) => one('Sum', REDUCE_KEEPING_AXIS, [x, lastAxis]),
    rowMean: (x) => one('Mean', REDUCE_KEEPING_AXIS, [x, lastAxis]),
    mean: (x) => one('Mean', REDUCE_AXIS, [x, firstAxis]),

    reshape: (x, shape) => one('Reshape', RESHAPE, [x, isV(shape) ? shape : shapeOf(shape)]),
    rows: (x, indices) => one('GatherV2', GATHER, [x, indices, axis0]),
    segmentSum: (x, segments, count) =>
      one('UnsortedSegmentSum', SEGMENT_SUM, [x, segments, count]),
    concat: (parts) => {
      const attributes = [int('N', parts.length), ...T, type('Tidx', 'int32')];
      return parts.length === 1 ? only(parts) : one('ConcatV2', attributes, [...parts, axis0]);
    },
    unstack3: (x) => three(machine.exec('Unpack', UNPACK_3, [x], 3)),
    floor: unary('Floor'),
    shapeOf: (x) => one('Shape', SHAPE, [x]),
    random: (shape, seed) => one('StatelessRandomUniform', RANDOM, [shape, seed]),
    crossEntropy: (logits, labels) =>
      two(machine.exec('SparseSoftmaxCrossEntropyWithLogits', CROSS_ENTROPY, [logits, labels], 2)),

    block: machine.block,
    after: machine.after,
    free: machine.free,
  };
}

function orientations(x: string, y: string): Readonly<Record<Orientation, Attributes>> {
  return {
    nn: [...T, bool(x, false), bool(y, false)],
    nt: [...T, bool(x, false), bool(y, true)],
    tn: [...T, bool(x, true), bool(y, false)],
  };
}

function vector(values: readonly number[]): Feed {
  return { data: Int32Array.from(values), shape: [values.length] };
}

function only<V>([value]: readonly V[]): V {
  if (value === undefined) throw new RangeError('a kernel gave no output');
  return value;
}

function two<V>([first, second]: readonly V[]): readonly [V, V] {
  if (first === undefined || second === undefined) throw new RangeError('a kernel gave no pair');
  return [first, second];
}

function three<V>([first, second, third]: readonly V[]): readonly [V, V, V] {
  if (first === undefined || second === undefined || third === undefined) {
    throw new RangeError('a kernel gave no triple');
  }
  return [first, second, third];
}
