import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CausalExample, causalFeeds } from '../nets/causal-net.ts';
import type { LlamaShape } from '../nets/llama-shape.ts';
import { checkExamples, cutByTokens } from './causal-batch.ts';
import type { Program } from './program.ts';

/** Tokens in a call to TensorFlow, padding of attention counted. */
const TOKENS_PER_CALL = 2048;

export interface ScoreOptions {
  /** Called after each call to TensorFlow, with the examples that are done. */
  readonly onProgress?: (done: number) => void;
  /** Stops between two calls. */
  readonly signal?: AbortSignal;
}

/** By example: the sum of its trained tokens' losses (negative log-likelihoods, natural) by weight, and of the weights. */
export interface ExampleLosses {
  readonly loss: Float64Array;
  readonly weight: Float64Array;
}

/**
 * @param scale  of the updates; 0 scores the base model
 * @throws the signal's reason when it is aborted
 */
export async function scoreExamples(
  { program, shape, scale }: { program: Program; shape: LlamaShape; scale: number },
  examples: readonly CausalExample[],
  { onProgress, signal }: ScoreOptions,
): Promise<ExampleLosses> {
  checkExamples(examples, shape);
  const loss = new Float64Array(examples.length);
  const weight = new Float64Array(examples.length);
  const trained = examples.flatMap((example, i) =>
    example.weights.some((w) => w !== 0) ? [{ example, i }] : [],
  );
  const lengths = trained.map(({ example }) => example.tokens.length);
  let done = examples.length - trained.length;
  for (const batch of cutByTokens(lengths, TOKENS_PER_CALL)) {
    signal?.throwIfAborted();
    const members = batch.flatMap((t) => trained[t] ?? []);
    const feeds = causalFeeds(
      members.map(({ example }) => example),
      shape,
      scale,
    );
    const losses = program.forward(feeds);
    let at = 0;
    for (const { example, i } of members) {
      for (const w of example.weights) {
        if (w === 0) continue;
        loss[i] = (loss[i] ?? 0) + w * (losses[at] ?? Number.NaN);
        weight[i] = (weight[i] ?? 0) + w;
        at += 1;
      }
    }
    done += members.length;
    onProgress?.(done);
    await nextTurn();
  }
  return { loss, weight };
}
