import { statelessUniform } from '../kernels/stateless-uniform.ts';
import type { Parameter } from './net.ts';

/**
 * The adapter that training starts from: A uniform within ±1 / sqrt(inputs), as PEFT draws it (Kaiming, a = sqrt 5), and
 * B zero, so the model is the base. A function of the seed.
 */
export function firstAdapter(
  parameters: readonly Parameter[],
  seed: number,
): Map<string, Float32Array> {
  return new Map(
    parameters.map(({ name, shape: [rows = 0, columns = 0] }, i) => {
      const isA = name.endsWith('A');
      if (!isA) return [name, new Float32Array(rows * columns)];
      const bound = 1 / Math.sqrt(columns);
      const uniform = statelessUniform(seed | 0, i, rows * columns);
      return [name, uniform.map((x) => (2 * x - 1) * bound)];
    }),
  );
}
