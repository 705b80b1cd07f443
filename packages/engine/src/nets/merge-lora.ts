import type { LoraAdapter } from '../formats/peft-adapter.ts';
import type { Weight, Weights } from '../formats/weight.ts';
import { loraScale } from './lora.ts';

/**
 * The base with the updates added into its matrices: W + scale · B A, in double precision, rounded once.
 * @returns all tensors of the base; those without an update are the base's own
 * @throws RangeError when a matrix of the adapter has no other half, or does not fit the base
 */
export function mergeLora(base: Weights, adapter: LoraAdapter): Map<string, Weight> {
  const scale = loraScale(adapter);
  const merged = new Map(base);
  for (const [name, a] of adapter.weights) {
    const module = /^base_model\.model\.(.+)\.lora_A\.weight$/.exec(name)?.[1];
    if (module === undefined) continue;
    const b = adapter.weights.get(`base_model.model.${module}.lora_B.weight`);
    const weight = base.get(`${module}.weight`);
    if (!b || !weight) throw new RangeError(`the adapter's ${module} does not fit the base`);
    merged.set(`${module}.weight`, withUpdate(module, weight, { a, b, scale }));
  }
  return merged;
}

function withUpdate(
  module: string,
  { shape, data }: Weight,
  { a, b, scale }: { readonly a: Weight; readonly b: Weight; readonly scale: number },
): Weight {
  const [rows = 0, columns = 0] = shape;
  const [rank = 0] = a.shape;
  if (a.shape[1] !== columns || b.shape[0] !== rows || b.shape[1] !== rank) {
    throw new RangeError(`the adapter's ${module} does not fit the base`);
  }
  const sum = new Float64Array(columns);
  const merged = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    sum.fill(0);
    for (let r = 0; r < rank; r += 1) {
      const factor = scale * (b.data[row * rank + r] ?? 0);
      if (factor === 0) continue;
      for (let c = 0; c < columns; c += 1) {
        sum[c] = (sum[c] ?? 0) + factor * (a.data[r * columns + c] ?? 0);
      }
    }
    for (let c = 0; c < columns; c += 1) {
      merged[row * columns + c] = (data[row * columns + c] ?? 0) + (sum[c] ?? 0);
    }
  }
  return { shape, data: merged };
}
