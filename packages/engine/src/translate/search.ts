import type { GenerationSettings } from './generation-settings.ts';

/** What the net says comes next, of each answer that is being written. */
export interface NextScores {
  /** (answers, vocabulary) */
  readonly logits: Float32Array;
  readonly vocabulary: number;
  /** Of each row, log of the sum of exponentials. */
  readonly logSums: readonly number[];
}

/** A token that is appended to one of the answers of the step before. */
export interface Continuation {
  readonly token: number;
  readonly from: number;
}

/** The search for the answer to one source: pure, a step at a time. */
export interface Search {
  /** Reads what comes next. @returns what the answers go on with, equally many; null when the search is over */
  step(scores: NextScores): readonly Continuation[] | null;
  /** The best answer; its end token is its last. */
  answer(): readonly number[];
}

export interface SearchOptions extends GenerationSettings {
  readonly end: number;
}

/** The most probable token, again and again; the lower of two that are equal. */
export function greedySearch({ end, maxLength, forbidden, forcedEnd }: SearchOptions): Search {
  const tokens: number[] = [];
  return {
    step: ({ logits }) => {
      const isLast = tokens.length + 2 >= maxLength; // the start token, and this one
      const token = isLast && forcedEnd !== null ? forcedEnd : largest(logits, forbidden);
      tokens.push(token);
      return token === end || isLast ? null : [{ token, from: 0 }];
    },
    answer: () => tokens,
  };
}

function largest(logits: Float32Array, forbidden: readonly number[]): number {
  let best = -1;
  let value = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i += 1) {
    const logit = logits[i] ?? Number.NaN;
    if (logit > value && !forbidden.includes(i)) {
      best = i;
      value = logit;
    }
  }
  return best;
}
