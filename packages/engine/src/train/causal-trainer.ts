import { type CausalExample, causalFeeds, shareFeeds } from '../nets/causal-net.ts';
import { dropoutFeeds } from '../nets/dropout.ts';
import type { LlamaShape } from '../nets/llama-shape.ts';
import type { Feeds, TrainableNet } from '../nets/net.ts';
import { checkExamples, cutByTokens, tokensOf, trainedWeights } from './causal-batch.ts';
import type { Program, StepResult } from './program.ts';
import { type Run, type RunOptions, startRun } from './run.ts';

export interface CausalTrainerOptions extends RunOptions {
  /**
   * Tokens that are computed together; a larger batch goes in parts, with the gradients of the whole.
   * Default: every batch whole.
   */
  readonly microBatchTokens?: number;
}

export type CausalTrainer = Run<readonly CausalExample[]>;

interface TrainerParts {
  readonly program: Program;
  readonly net: TrainableNet;
  readonly shape: LlamaShape;
  /** Of the updates. */
  readonly scale: number;
}

type Compute = Parameters<typeof startRun<readonly CausalExample[]>>[0]['compute'];

/** Trains the adapter of a language model on batches of examples; the loss is the mean over all trained tokens, by weight. */
export function causalTrainer(
  { program, net, shape, scale }: TrainerParts,
  options: CausalTrainerOptions,
): CausalTrainer {
  const { microBatchTokens = Number.POSITIVE_INFINITY } = options;
  const compute: Compute = (batch, { adam, seed, step }) => {
    checkExamples(batch, shape);
    const total = trainedWeights(batch).reduce((sum, weight) => sum + weight, 0);
    if (total === 0) throw new RangeError('a batch has no trained token');
    const sharesOf = (examples: readonly CausalExample[]): number[] =>
      trainedWeights(examples).map((weight) => weight / total);
    const feedsOf = (examples: readonly CausalExample[], part: number): Feeds =>
      new Map([
        ...causalFeeds(examples, shape, scale),
        ...dropoutFeeds(net.seeds, { seed, step, part }),
      ]);
    const lengths = batch.map(({ tokens }) => tokens.length);
    const [whole, ...others] = cutByTokens(lengths, microBatchTokens);
    if (whole === undefined || others.length === 0) {
      return program.step(new Map([...feedsOf(batch, 0), ...shareFeeds(sharesOf(batch))]), adam);
    }
    const parts = [whole, ...others].map((members) =>
      members.map((i) => batch[i] ?? { tokens: [], weights: [] }),
    );
    return accumulate(program, parts, { feedsOf, sharesOf, adam });
  };
  return startRun({ program, net, compute, tokensOf }, { weightDecay: 0, ...options });
}

interface Accumulation {
  /** All but the shares in the loss, which are the gradient that comes from behind. */
  readonly feedsOf: (examples: readonly CausalExample[], part: number) => Feeds;
  /** What each trained token is of the loss of the whole batch. */
  readonly sharesOf: (examples: readonly CausalExample[]) => number[];
  readonly adam: Parameters<Program['step']>[1];
}

/** One step on a batch that is larger than memory: the gradients of its parts add up to that of the whole, exactly. */
function accumulate(
  { pieces }: Program,
  parts: readonly (readonly CausalExample[])[],
  { feedsOf, sharesOf, adam }: Accumulation,
): StepResult {
  let loss = 0;
  let isFirst = true;
  for (const [i, examples] of parts.entries()) {
    const shares = Float32Array.from(sharesOf(examples));
    if (shares.length === 0) continue;
    const gradient = { data: shares, shape: [shares.length] };
    const losses = pieces.collect(feedsOf(examples, i), gradient, isFirst);
    loss += losses.reduce((sum, value, token) => sum + value * (shares[token] ?? 0), 0);
    isFirst = false;
  }
  return { loss, gradientNorm: pieces.update(adam) };
}
