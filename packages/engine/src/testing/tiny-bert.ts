import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWeights } from '../formats/safetensors.ts';
import type { Weights } from '../formats/weight.ts';
import { type BertShape, bertShape } from '../nets/bert-shape.ts';

/** What golden/tiny_bert.py wrote down: PyTorch's answers, the oracle of the engine's tests. */
export interface TinyBert {
  readonly shape: BertShape;
  readonly weights: Weights;
  /** Of the first step, before clipping. */
  readonly gradients: Weights;
  /** Weights after three steps. */
  readonly trained: Weights;
  readonly anchors: readonly (readonly number[])[];
  readonly positives: readonly (readonly number[])[];
  /** Unit rows of anchors, then positives, before training. */
  readonly embeddings: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly norms: readonly number[];
}

export function tinyBert(): TinyBert {
  const file = (name: string): string =>
    fileURLToPath(new URL(`../../golden/tiny-bert/${name}`, import.meta.url));
  const { config, ...golden } = JSON.parse(readFileSync(file('golden.json'), 'utf8'));
  return {
    ...golden,
    shape: bertShape(config),
    weights: readWeights(file('weights.safetensors')).weights,
    gradients: readWeights(file('gradients.safetensors')).weights,
    trained: readWeights(file('trained.safetensors')).weights,
  };
}
