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

/** Whether two tensors are the same, bit by bit. */
export function isSameWeight(a: Weight, b: Weight): boolean {
  const bits = ({ data }: Weight) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return a.shape.join() === b.shape.join() && bits(a).equals(bits(b));
}
