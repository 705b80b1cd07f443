import type { BertGeometry } from '../nets/bert-geometry.ts';
import { dropoutFeeds } from '../nets/dropout.ts';
import type { TrainableNet } from '../nets/net.ts';
import { cachedStep, cutIntoParts } from './cached-step.ts';
import type { Program } from './program.ts';
import { type Run, type RunOptions, startRun } from './run.ts';
import { checkSizes, rankingOf, type TokenBatch, textsOf } from './token-batch.ts';

export interface TrainerOptions extends RunOptions {
  /**
   * Whether pairs with equal texts or of one group are kept from being each other's negatives; default true. Texts are
   * equal when their tokens are: the model cannot tell "Yes" from "yes". Without it a batch is what it is for
   * sentence-transformers.
   */
  readonly maskFalseNegatives?: boolean;
  /**
   * Pairs that are computed together, or as many other texts; a larger batch goes in parts, with the gradients of the
   * whole (cached-step.ts).
   * Default: every batch whole.
   */
  readonly microBatchSize?: number;
}

export type TokenTrainer = Run<TokenBatch>;

interface TrainerParts {
  readonly program: Program;
  readonly net: TrainableNet;
  readonly geometry: (texts: readonly (readonly number[])[]) => BertGeometry;
}

/** Trains an embedding net on batches of pairs. */
export function tokenTrainer(
  { program, net, geometry }: TrainerParts,
  options: TrainerOptions,
): TokenTrainer {
  const { maskFalseNegatives = true, microBatchSize = Number.POSITIVE_INFINITY } = options;
  const compute: Parameters<typeof startRun<TokenBatch>>[0]['compute'] = (
    batch,
    { adam, seed, step },
  ) => {
    checkSizes(batch);
    const texts = textsOf(batch);
    const ranking = rankingOf(batch, { maskFalseNegatives });
    const feedsOf = (part: number, members: readonly (readonly number[])[]) =>
      new Map([...geometry(members).feeds, ...dropoutFeeds(net.seeds, { seed, step, part })]);
    if (texts.length <= 2 * microBatchSize) {
      return program.step(new Map([...feedsOf(0, texts), ...ranking]), adam);
    }
    const lengths = texts.map(({ length }) => length);
    const parts = cutIntoParts(lengths, 2 * microBatchSize).map((rows, part) => {
      const members = rows.map((row) => texts[row] ?? []);
      return { rows, feeds: feedsOf(part, members) };
    });
    return cachedStep({ program, width: net.outputWidth }, { parts, ranking }, adam);
  };
  const tokensOf = (batch: TokenBatch): number =>
    textsOf(batch).reduce((sum, { length }) => sum + length, 0);
  return startRun({ program, net, compute, tokensOf }, options);
}
