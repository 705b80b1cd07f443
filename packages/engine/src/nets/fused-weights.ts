import type { Weight, Weights } from '../formats/weight.ts';
import type { Parameter } from './net.ts';

/** All parameters out of a model file, by name, and the tensors that no parameter takes. */
export function fuseAll(
  parameters: readonly Parameter[],
  weights: Weights,
): { fused: Map<string, Float32Array>; untouched: Map<string, Weight> } {
  const fused = new Map(parameters.map((parameter) => [parameter.name, fuse(parameter, weights)]));
  const untouched = new Map(weights);
  for (const source of parameters.flatMap(({ sources }) => sources)) untouched.delete(source);
  return { fused, untouched };
}

/**
 * The numbers of a parameter out of the tensors of a model file.
 * @throws RangeError when a tensor is missing or has another size
 */
export function fuse(parameter: Parameter, weights: Weights): Float32Array {
  const fused = new Float32Array(size(parameter.shape));
  const part = partShape(parameter);
  parameter.sources.forEach((source, i) => {
    const weight = weights.get(source);
    if (!weight) throw new RangeError(`the model file has no tensor ${source}`);
    if (weight.shape.join() !== part.join()) {
      throw new RangeError(
        `the tensor ${source} is (${weight.shape.join(', ')}), not (${part.join(', ')})`,
      );
    }
    fused.set(weight.data, i * size(part));
  });
  return fused;
}

/** The tensors of a model file out of a parameter's numbers; the inverse of `fuse`. */
export function unfuse(parameter: Parameter, fused: Float32Array): Map<string, Weight> {
  const shape = partShape(parameter);
  const length = size(shape);
  return new Map(
    parameter.sources.map((source, i) => [
      source,
      { shape, data: fused.slice(i * length, (i + 1) * length) },
    ]),
  );
}

function partShape({ shape: [rows = 1, ...rest], sources }: Parameter): number[] {
  return [rows / sources.length, ...rest];
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
