import { rngFor, shuffled } from '@millrace/shared/domain/rng';

export interface ChatPlanOptions {
  /** Tokens of a batch; a row that is longer is a batch of its own. */
  readonly batchTokens: number;
  readonly epochs: number;
  readonly seed: number;
  /** Caps the steps of all epochs together; null: epochs decide. */
  readonly maxSteps: number | null;
}

/**
 * Every batch of an LLM training, in order: positions of rows, each once an epoch, shuffled anew, as many as fit. Rows stand
 * apart in a batch, so which ones meet has no bearing on what is learned.
 * @param lengths  tokens of each row
 */
export function planChatBatches(
  lengths: readonly number[],
  { batchTokens, epochs, seed, maxSteps }: ChatPlanOptions,
): readonly (readonly number[])[] {
  const limit = maxSteps ?? Number.POSITIVE_INFINITY;
  const steps: number[][] = [];
  for (let epoch = 0; epoch < epochs && steps.length < limit; epoch++) {
    let batch: number[] = [];
    let tokens = 0;
    for (const row of shuffled([...lengths.keys()], rngFor(seed, 'rows', epoch))) {
      const own = lengths[row] ?? 0;
      if (batch.length > 0 && tokens + own > batchTokens) {
        steps.push(batch);
        batch = [];
        tokens = 0;
      }
      batch.push(row);
      tokens += own;
    }
    if (batch.length > 0) steps.push(batch);
  }
  return steps.slice(0, limit);
}
