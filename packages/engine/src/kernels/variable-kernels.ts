import { bool, int, shape, string, type } from './attributes.ts';
import type { Machine } from './machine.ts';

const VARIABLE = [type('dtype')];
const ASSIGN = [...VARIABLE, bool('validate_shape', false)];
const T = [type('T')];
const ADAM = [...T, bool('use_locking', false), bool('use_nesterov', false)];

/** The scalars of one AdamW step; train/adamw.ts computes them. */
export interface AdamWStep {
  /** beta1 to the power of the step's number, from 1. */
  readonly beta1Power: number;
  readonly beta2Power: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the square root of the second moment before its bias correction. */
  readonly epsilon: number;
  /** What a decaying weight loses of itself: learning rate times weight decay. */
  readonly decay: number;
  /** Gradients longer than this, all of them as one vector, are scaled down to it. */
  readonly clipNorm: number;
}

/** The scalars that the Adam kernel takes, in its order. */
export const ADAM_SCALARS = [
  'beta1Power',
  'beta2Power',
  'learningRate',
  'beta1',
  'beta2',
  'epsilon',
] as const;

/**
 * Kernels over resource variables, which TensorFlow updates in place. A `handle` names a variable; `after` orders
 * effects, which a graph would otherwise run in any order.
 */
export interface VariableKernels<V> {
  handle(name: string, dimensions: readonly number[]): V;
  /** The present value. Free it before an update, or TensorFlow copies the whole variable first. */
  read(handle: V, after?: readonly V[]): V;
  assign(handle: V, value: V): readonly V[];
  /** variable += value */
  increase(handle: V, value: V): readonly V[];
  /** variable -= value */
  subtract(handle: V, value: V): readonly V[];
  /** One Adam update of a weight and its two moments, in place. */
  applyAdam(update: AdamUpdate<V>): readonly V[];
  /** Frees the variable itself. */
  destroy(handle: V): readonly V[];
  /** Half the sum of squares. */
  halfSquaredSum(x: V): V;
  /** The sum of many values of one shape. */
  addAll(values: readonly V[]): V;
  sqrt(x: V): V;
  div(x: V, y: V): V;
  min(x: V, y: V): V;
}

interface AdamUpdate<V> {
  readonly weight: V;
  readonly firstMoment: V;
  readonly secondMoment: V;
  /** In the order of `ADAM_SCALARS`. */
  readonly scalars: readonly V[];
  readonly gradient: V;
  readonly after?: readonly V[];
}

export function variableKernels<V>(machine: Machine<V>): VariableKernels<V> {
  const one = (...call: Parameters<Machine<V>['exec']>): V => {
    const [value] = machine.exec(...call);
    if (value === undefined) throw new RangeError('a kernel gave no output');
    return value;
  };
  return {
    handle: (name, dimensions) =>
      one(
        'VarHandleOp',
        [
          string('container', ''),
          string('shared_name', name),
          ...VARIABLE,
          shape('shape', dimensions),
        ],
        [],
        1,
      ),
    read: (handle, after = []) => one('ReadVariableOp', VARIABLE, [handle], 1, after),
    assign: (handle, value) => machine.exec('AssignVariableOp', ASSIGN, [handle, value], 0),
    increase: (handle, value) => machine.exec('AssignAddVariableOp', VARIABLE, [handle, value], 0),
    subtract: (handle, value) => machine.exec('AssignSubVariableOp', VARIABLE, [handle, value], 0),
    applyAdam: ({ weight, firstMoment, secondMoment, scalars, gradient, after = [] }) =>
      machine.exec(
        'ResourceApplyAdam',
        ADAM,
        [weight, firstMoment, secondMoment, ...scalars, gradient],
        0,
        after,
      ),
    destroy: (handle) =>
      machine.exec('DestroyResourceOp', [bool('ignore_lookup_error', true)], [handle], 0),
    halfSquaredSum: (x) => one('L2Loss', T, [x], 1),
    addAll: (values) => one('AddN', [int('N', values.length), ...T], values, 1),
    sqrt: (x) => one('Sqrt', T, [x], 1),
    div: (x, y) => one('RealDiv', T, [x, y], 1),
    min: (x, y) => one('Minimum', T, [x, y], 1),
  };
}
