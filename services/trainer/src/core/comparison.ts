import { interval } from './bootstrap.ts';

/** One metric of two models on the same data. */
export interface MetricPair {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

export interface ComparisonInput {
  readonly metrics: readonly MetricPair[];
  /** What the models are compared by, per query or chat: how much better b is than a. */
  readonly differences: readonly number[];
  /** The user of each. */
  readonly groups: readonly string[];
  /** `MRR@10`, `nats a token`: what a difference is of. */
  readonly measure: string;
  /** `queries`, `chats`. */
  readonly of: string;
  readonly seed: number;
}

export interface Comparison {
  readonly metrics: readonly MetricPair[];
  readonly measure: string;
  readonly of: string;
  readonly count: number;
  readonly users: number;
  /** Mean by which b is better, and the interval that holds it with 95 % confidence over users. */
  readonly gain: number;
  readonly lower: number;
  readonly upper: number;
  readonly verdict: 'b_is_better' | 'a_is_better' | 'not_certain';
  /** Share of what was compared on which b is better, on which a is; the others are equal. */
  readonly wins: { readonly b: number; readonly a: number };
}

const draws = 2000;
/** Of one side: 2.5 % of the draws lie below, 2.5 % above. */
const confidence = 0.975;

/** Two models on the same held-out data: paired, by users, both ways. Fewer than two users make nothing certain. */
export function compare(input: ComparisonInput): Comparison {
  const { metrics, differences, groups, measure, of, seed } = input;
  const count = differences.length;
  const users = new Set(groups).size;
  const share = (fits: (difference: number) => boolean): number =>
    count === 0 ? 0 : differences.filter(fits).length / count;
  const { lower, upper } = interval({ differences, groups }, { draws, confidence, seed });
  const isCertain = users > 1;
  return {
    metrics,
    measure,
    of,
    count,
    users,
    gain: count === 0 ? 0 : differences.reduce((sum, d) => sum + d, 0) / count,
    lower,
    upper,
    verdict:
      isCertain && lower > 0
        ? 'b_is_better'
        : isCertain && upper < 0
          ? 'a_is_better'
          : 'not_certain',
    wins: { b: share((d) => d > 0), a: share((d) => d < 0) },
  };
}
