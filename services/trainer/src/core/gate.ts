import type { GateDecision } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { lowerBound } from './bootstrap.ts';

export interface GateInput {
  /** MRR@10 of each holdout query, of the model that was trained. */
  readonly candidate: readonly number[];
  /** The same queries, of the model in use, or of the base model while there is none. */
  readonly reference: readonly number[];
  readonly against: 'champion' | 'base';
  /** The user of each query. */
  readonly groups: readonly string[];
  /** MRR@10 on the general sentences: of the model that the training began with, and of what it made of it. */
  readonly general: { readonly base: number; readonly candidate: number };
  readonly limits: Pick<
    Settings['training'],
    'min_gain' | 'max_forgetting' | 'min_holdout_queries' | 'min_holdout_groups'
  >;
  readonly seed: number;
}

export interface GateResult {
  readonly decision: GateDecision;
  /** For people: the decision and every figure it rests on. */
  readonly sentence: string;
  readonly gain: number;
  /** One-sided 95 % lower bound of the gain. */
  readonly lowerBound: number;
  readonly queries: number;
  readonly groups: number;
  /** What it lost on the general sentences against its base; negative where it learned. */
  readonly forgotten: number;
}

const draws = 2000;
const confidence = 0.95;

/**
 * Whether the candidate takes the place of the model in use: promoted when it is better by more than `min_gain` with
 * 95 % confidence over users, and has not forgotten more than `max_forgetting` of what its base knew. Too small a
 * holdout decides nothing, whatever the figures.
 */
export function gate(input: GateInput): GateResult {
  const { candidate, reference, limits, against } = input;
  const differences = candidate.map((score, i) => score - (reference[i] ?? 0));
  const gain = mean(differences);
  const bound = lowerBound(
    { differences, groups: input.groups },
    { draws, confidence, seed: input.seed },
  );
  const queries = candidate.length;
  const groups = new Set(input.groups).size;
  const forgotten = input.general.base - input.general.candidate;
  const result = { gain, lowerBound: bound, queries, groups, forgotten };
  const figures =
    `MRR@10 went from ${shown(mean(reference))} (${against}) to ${shown(mean(candidate))} ` +
    `on ${queries} holdout queries of ${groups} users`;

  const { min_holdout_queries, min_holdout_groups, min_gain, max_forgetting } = limits;
  const forgets = forgotten > max_forgetting;
  const general =
    `on general sentences it went from ${shown(input.general.base)} (base) to ` +
    `${shown(input.general.candidate)}, at most ${shown(max_forgetting)} may be lost`;
  if (queries < min_holdout_queries || groups < min_holdout_groups) {
    const needed = `${min_holdout_queries} queries of ${min_holdout_groups} users are needed`;
    const also = forgets ? `; ${general}` : '';
    return {
      ...result,
      decision: 'insufficient_evidence',
      sentence: `Insufficient evidence: ${needed}; ${figures}${also}`,
    };
  }
  const promoted = bound > min_gain && !forgets;
  const certain = `with 95 % confidence the change is at least ${signed(bound)}, above ${shown(min_gain)} is needed`;
  return {
    ...result,
    decision: promoted ? 'promoted' : 'refused',
    sentence: `${promoted ? 'Promoted' : 'Refused'}: ${figures}; ${certain}; ${general}`,
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

const shown = (value: number): string => value.toFixed(4);
const signed = (value: number): string => `${value < 0 ? '' : '+'}${shown(value)}`;
