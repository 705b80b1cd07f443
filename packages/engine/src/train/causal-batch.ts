import type { CausalExample } from '../nets/causal-net.ts';
import type { LlamaShape } from '../nets/llama-shape.ts';

/** @throws RangeError that names the example and what is wrong with it */
export function checkExamples(examples: readonly CausalExample[], shape: LlamaShape): void {
  for (const [e, { tokens, weights }] of examples.entries()) {
    const complain = (what: string): never => {
      throw new RangeError(`example ${e} ${what}`);
    };
    if (tokens.length === 0) complain('has no token');
    if (tokens.length !== weights.length) {
      complain(`has ${tokens.length} tokens, but ${weights.length} weights`);
    }
    if (tokens.length > shape.positions) {
      complain(`has ${tokens.length} tokens, the net ${shape.positions} positions`);
    }
    const stranger = tokens.find(
      (id) => !(Number.isInteger(id) && id >= 0 && id < shape.vocabulary),
    );
    if (stranger !== undefined) complain(`has the token ${stranger}, which the vocabulary has not`);
    if (!weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      complain('has a weight that is no number from 0');
    }
    if (weights[0] !== 0) complain('trains its first token, which nothing comes before');
  }
}

/** The weights of all trained tokens, in the order of the net's output. */
export function trainedWeights(examples: readonly CausalExample[]): number[] {
  return examples.flatMap(({ weights }) => weights.filter((weight) => weight !== 0));
}

/** Real tokens. */
export function tokensOf(examples: readonly CausalExample[]): number {
  return examples.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/**
 * Cuts a list into parts of at most `maxTokens`, as attention sees them: all of a part as long as its longest. Like
 * lengths stand together, the longest come first: the first part shows whether memory suffices.
 * @returns indices; an example that is longer than `maxTokens` is a part of its own
 */
export function cutByTokens(lengths: readonly number[], maxTokens: number): number[][] {
  const lengthOf = (i: number): number => lengths[i] ?? 0;
  const order = lengths.map((_, i) => i).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const parts: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const longest = lengthOf(order[start] ?? 0);
    const size = Math.max(1, Math.floor(maxTokens / Math.max(1, longest)));
    parts.push(order.slice(start, start + size));
    start += size;
  }
  return parts;
}
