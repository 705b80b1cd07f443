import { setImmediate as nextTurn } from 'node:timers/promises';
import { nextFeeds, type Past } from '../nets/llama-next.ts';
import type { LlamaShape } from '../nets/llama-shape.ts';
import type { Program } from './program.ts';

export interface GenerateOptions {
  /** Ends earlier where the model has no more positions. */
  readonly maxNewTokens: number;
  /** Any of these ends the answer and is its last token. */
  readonly stopTokens: readonly number[];
  readonly signal?: AbortSignal;
}

/**
 * The most probable next token, again and again; the lower id of two that are equal. Keys and values are kept, so each
 * token costs one pass over the weights.
 * @param scale  of the updates; 0 asks the base model
 */
export async function generateGreedily(
  { program, shape, scale }: { program: Program; shape: LlamaShape; scale: number },
  prompt: readonly number[],
  { maxNewTokens, stopTokens, signal }: GenerateOptions,
): Promise<number[]> {
  if (prompt.length === 0) throw new RangeError('a prompt needs a token');
  if (prompt.length > shape.positions) {
    throw new RangeError(
      `the prompt has ${prompt.length} tokens, the net ${shape.positions} positions`,
    );
  }
  const nothing = Array.from({ length: shape.layers }, () => new Float32Array());
  let past: Past = { keys: nothing, values: nothing, length: 0 };
  let fresh = prompt;
  const answer: number[] = [];
  while (answer.length < maxNewTokens && past.length + fresh.length <= shape.positions) {
    signal?.throwIfAborted();
    const [logits, ...made] = program.next(nextFeeds(fresh, { shape, past, scale }));
    const token = indexOfLargest(logits ?? new Float32Array());
    answer.push(token);
    if (stopTokens.includes(token)) break;
    past = {
      keys: past.keys.map((before, layer) => joined(before, made[2 * layer])),
      values: past.values.map((before, layer) => joined(before, made[2 * layer + 1])),
      length: past.length + fresh.length,
    };
    fresh = [token];
    await nextTurn();
  }
  return answer;
}

function joined(before: Float32Array, after: Float32Array = new Float32Array()): Float32Array {
  const both = new Float32Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) {
    if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  }
  return best;
}
