import type { AdamWStep } from '../kernels/variable-kernels.ts';
import type { Feeds } from '../nets/net.ts';
import type { Program, StepResult } from './program.ts';

/** A batch in parts that fit into memory one at a time. */
export interface BatchInParts {
  readonly parts: readonly BatchPart[];
  /** What the loss needs to know of the whole batch. */
  readonly ranking: Feeds;
}

export interface BatchPart {
  /** Which rows of the batch's output these texts are, in their order here. */
  readonly rows: readonly number[];
  readonly feeds: Feeds;
}

/**
 * One step on a batch that is larger than memory, with the gradients of the whole: embed part by part, take the loss
 * over all embeddings and its gradient by them, then compute each part again and go back from its share of that
 * gradient. The negatives are those of the whole batch. Costs one more forward pass.
 * @param width  numbers in an embedding
 * @see Gao et al. 2021, Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup, arXiv:2101.06983
 */
export function cachedStep(
  { program: { pieces }, width }: { readonly program: Program; readonly width: number },
  { parts, ranking }: BatchInParts,
  adam: AdamWStep,
): StepResult {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const output = new Float32Array(count * width);
  for (const { rows, feeds } of parts) {
    const embedded = pieces.output(feeds);
    rows.forEach((row, i) => {
      output.set(embedded.subarray(i * width, (i + 1) * width), row * width);
    });
  }
  const { loss, gradient } = pieces.loss({ data: output, shape: [count, width] }, ranking);
  parts.forEach(({ rows, feeds }, part) => {
    const share = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      share.set(gradient.subarray(row * width, (row + 1) * width), i * width);
    });
    pieces.collect(feeds, { data: share, shape: [rows.length, width] }, part === 0);
  });
  return { loss, gradientNorm: pieces.update(adam) };
}

/**
 * Cuts texts into parts of at most `size`, those of like length together. The longest come first: the first part shows
 * whether memory suffices.
 */
export function cutIntoParts(lengths: readonly number[], size: number): number[][] {
  const order = lengths
    .map((_, i) => i)
    .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const parts: number[][] = [];
  for (let start = 0; start < order.length; start += size) {
    parts.push(order.slice(start, start + size));
  }
  return parts;
}
