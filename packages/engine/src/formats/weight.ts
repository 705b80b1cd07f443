/** One tensor of a model outside TensorFlow: row-major values and their shape; a scalar has the shape `[]`. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model's tensors by name. */
export type Weights = ReadonlyMap<string, Weight>;

/** Number of values that a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}
