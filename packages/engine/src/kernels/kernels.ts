/** Numbers on their way into a computation. `shape` multiplies to `data.length`; `[]` is a scalar. */
export interface Feed {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Which operand of a matrix product is transposed: `nt` is x · yᵀ, `tn` is xᵀ · y. */
export type Orientation = 'nn' | 'nt' | 'tn';

/** A result and the way back through it: `back(dOutput)` may be called once and gives the gradients. */
export type Block<V> = readonly [output: V, back: (gradient: V) => Gradients<V>];

/** Gradients of one block: of its input, where it has one, and of its weights by name. */
export interface Gradients<V> {
  readonly input?: V;
  readonly weights: Readonly<Record<string, V>>;
}

/** What a block's forward pass keeps for its backward pass. */
export type Kept<V> = Readonly<Record<string, V | readonly V[]>>;

/**
 * The TensorFlow kernels that nets, losses and optimisers are written in. `V` is what an engine calls a value: a native
 * tensor (runs now), a node of a graph (runs later, many times), or a tfjs tensor (wasm, plain JavaScript). A net is
 * written once over `Kernels<V>` and runs on all three. float32 unless said; broadcasting as in NumPy.
 */
export interface Kernels<V> {
  constant(values: Feed): V;
  /** A float32 scalar. */
  scalar(value: number): V;

  add(x: V, y: V): V;
  sub(x: V, y: V): V;
  mul(x: V, y: V): V;
  exp(x: V): V;
  erf(x: V): V;
  square(x: V): V;
  rsqrt(x: V): V;
  /** 1 / (1 + exp(-x)) */
  sigmoid(x: V): V;
  /** What is negative becomes 0. */
  relu(x: V): V;
  /** Softmax over the last axis. */
  softmax(x: V): V;

  /** (m, k) · (k, n), after the transposition that `orientation` names. */
  matMul(x: V, y: V, orientation: Orientation): V;
  /** The same for each matrix of a batch: (b, m, k) · (b, k, n). */
  batchMatMul(x: V, y: V, orientation: Orientation): V;
  /** Adds a row to every row: (n, m) + (m). */
  addBias(x: V, bias: V): V;

  /** Sum over the rows of a matrix: (n, m) -> (m). */
  columnSum(x: V): V;
  /** Sum over the last axis, which stays with size 1. */
  rowSum(x: V): V;
  /** Mean over the last axis, which stays with size 1. */
  rowMean(x: V): V;
  /** Mean over the first axis: (n) -> scalar. */
  mean(x: V): V;

  /** @param shape  may hold one -1; a `V` is a vector of int32 known only when it runs */
  reshape(x: V, shape: readonly number[] | V): V;
  /** Rows of x by index, in the order of `indices`: (n, ...), int32 (k) -> (k, ...). */
  rows(x: V, indices: V): V;
  /** Adds row i of x to row `segments[i]` of the result; a negative segment drops the row. `count` is an int32 scalar. */
  segmentSum(x: V, segments: V, count: V): V;
  /** Joins along the first axis. */
  concat(parts: readonly V[]): V;
  /** Takes the first axis, of size 3, apart. */
  unstack3(x: V): readonly [V, V, V];
  floor(x: V): V;
  /** The dimensions of x, int32. */
  shapeOf(x: V): V;
  /**
   * Numbers from 0 up to 1 that follow from the shape and the seed alone, the same on every engine and thread count.
   * @param seed  two int32
   */
  random(shape: V, seed: V): V;
  /**
   * Cross-entropy of each row of logits (n, classes) against its label, int32 (n).
   * @returns the losses (n), and the gradient of their sum by the logits
   */
  crossEntropy(logits: V, labels: V): readonly [losses: V, gradient: V];

  /**
   * One step of a net with its backward pass. Values made by `forward` die at once, except the output and what it
   * keeps; what it keeps dies as soon as `back` has used it. So a training step holds one block's temporaries at a
   * time: a tape, which holds all of them, needs 2.7 times the memory.
   */
  block<K extends Kept<V>>(
    forward: () => readonly [output: V, kept: K],
    backward: (gradient: V, kept: K) => Gradients<V>,
  ): Block<V>;
  /**
   * x itself, which nothing computes with before `earlier` is there: where an engine chooses the order by itself, this
   * keeps it from holding two large values at a time.
   */
  after(x: V, earlier: V): V;
  /** Gives memory back before its scope ends. The value must not be used again. */
  free(...values: readonly V[]): void;
}

/** Finds a value by its name. @throws RangeError when there is none */
export type Lookup<V> = (name: string) => V;
