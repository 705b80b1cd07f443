import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWeights } from '../formats/safetensors.ts';
import type { Weight, Weights } from '../formats/weight.ts';
import type { CausalExample } from '../nets/causal-net.ts';

/** What golden/tiny_llama.py wrote down: the answers of PyTorch and PEFT. */
export interface TinyLlama {
  /** A Hugging Face folder. */
  readonly base: string;
  /** A PEFT folder. */
  readonly adapter: string;
  readonly examples: readonly CausalExample[];
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  /** Of each example, with the adapter: (tokens, vocabulary). */
  readonly logits: readonly Float32Array[];
  /** The same of the base alone. */
  readonly baseLogits: readonly Float32Array[];
  /** By PEFT's names, of the first step. */
  readonly gradients: Weights;
  /** After three steps. */
  readonly trained: Weights;
}

export function tinyLlama(): TinyLlama {
  const path = (name: string): string =>
    fileURLToPath(new URL(`../../golden/tiny-llama/${name}`, import.meta.url));
  const { weights } = readWeights(path('golden.safetensors'));
  const under = (prefix: string): Map<string, Weight> =>
    new Map(
      [...weights].flatMap(([name, weight]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), weight] as const] : [],
      ),
    );
  const golden: Pick<TinyLlama, 'examples' | 'losses' | 'norms'> = JSON.parse(
    readFileSync(path('golden.json'), 'utf8'),
  );
  const listed = (prefix: string): Float32Array[] =>
    golden.examples.map((_, i) => weights.get(`${prefix}${i}`)?.data ?? new Float32Array());
  return {
    ...golden,
    base: path('base'),
    adapter: path('adapter'),
    logits: listed('logits/'),
    baseLogits: listed('base/'),
    gradients: under('gradient/'),
    trained: under('trained/'),
  };
}

/** The loss of a golden example by its golden logits: sum over trained tokens by weight. */
export function lossByLogits({ tokens, weights }: CausalExample, logits: Float32Array): number {
  const vocabulary = logits.length / tokens.length;
  return tokens.reduce((sum, token, i) => {
    const weight = weights[i] ?? 0;
    if (weight === 0) return sum;
    const row = logits.subarray((i - 1) * vocabulary, i * vocabulary);
    const total = row.reduce((all, logit) => all + Math.exp(logit), 0);
    return sum + weight * (Math.log(total) - (row[token] ?? 0));
  }, 0);
}
