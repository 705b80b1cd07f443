import { sizeOf, type Weight, type Weights } from '../formats/weight.ts';
import type { FrozenTensor, FusedTensor, Parameter } from './net.ts';

/** All parameters out of a model file, by name, and the tensors that no parameter takes. */
export function fuseAll(
  parameters: readonly Parameter[],
  weights: Weights,
): { fused: Map<string, Float32Array>; untouched: Map<string, Weight> } {
  const fused = new Map(parameters.map((parameter) => [parameter.name, fuse(parameter, weights)]));
  const untouched = new Map(weights);
  for (const { name } of parameters.flatMap(({ sources }) => sources)) {
    if (name !== undefined) untouched.delete(name);
  }
  return { fused, untouched };
}

/**
 * The numbers of a tensor out of the tensors of a model file.
 * @throws RangeError when a tensor is missing or has another size
 */
export function fuse(tensor: FusedTensor, weights: Weights): Float32Array {
  const fused = new Float32Array(sizeOf(tensor.shape));
  for (const { name, shape, start } of parts(tensor)) {
    if (name !== undefined) fused.set(tensorOf(weights, name, shape), start);
  }
  return fused;
}

/**
 * Whether a model file has what `fuse` would take, without its numbers.
 * @throws RangeError as it does
 */
export function checkTensors(
  tensors: readonly FusedTensor[],
  stored: ReadonlyMap<string, Shaped>,
): void {
  for (const { name, shape } of tensors.flatMap(parts))
    if (name !== undefined) shaped(stored, name, shape);
}

interface Shaped {
  readonly shape: readonly number[];
}

/** The same, with the gain of a frozen tensor multiplied in. */
export function fuseFrozen(tensor: FrozenTensor, weights: Weights): Float32Array {
  const fused = fuse(tensor, weights);
  if (tensor.columnGain === undefined) return fused;
  const columns = tensor.shape.at(-1) ?? 1;
  const gain = tensorOf(weights, tensor.columnGain, [columns]);
  for (let i = 0; i < fused.length; i += 1) fused[i] = (fused[i] ?? 0) * (gain[i % columns] ?? 0);
  return fused;
}

/** The tensors of a model file out of a parameter's numbers; the inverse of `fuse`. */
export function unfuse(tensor: FusedTensor, fused: Float32Array): Map<string, Weight> {
  const unfused = new Map<string, Weight>();
  for (const { name, shape, start } of parts(tensor)) {
    if (name === undefined) continue;
    unfused.set(name, { shape, data: fused.slice(start, start + sizeOf(shape)) });
  }
  return unfused;
}

interface Part {
  readonly name: string | undefined;
  readonly shape: readonly number[];
  /** Where its numbers begin. */
  readonly start: number;
}

function parts({ shape: [, ...rest], sources }: FusedTensor): Part[] {
  let row = 0;
  return sources.map(({ name, rows }) => {
    const start = row * sizeOf(rest);
    row += rows;
    return { name, shape: [rows, ...rest], start };
  });
}

function tensorOf(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  return shaped(weights, name, shape).data;
}

function shaped<T extends Shaped>(
  stored: ReadonlyMap<string, T>,
  name: string,
  shape: readonly number[],
): T {
  const found = stored.get(name);
  if (!found) throw new RangeError(`the model file has no tensor ${name}`);
  if (found.shape.join() === shape.join()) return found;
  throw new RangeError(
    `the tensor ${name} is (${found.shape.join(', ')}), not (${shape.join(', ')})`,
  );
}
