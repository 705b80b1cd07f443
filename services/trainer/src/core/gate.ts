import type { GateDecision } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { lowerBound } from './bootstrap.ts';

export type GateLimits = Pick<
  Settings['training'],
  'min_gain' | 'max_forgetting' | 'min_holdout_queries' | 'min_holdout_groups'
>;

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
  readonly limits: GateLimits;
  readonly seed: number;
}

export interface GateResult {
  readonly decision: GateDecision;
  /** For people: the decision and every figure it rests on. */
  readonly sentence: string;
  readonly gain: number;
  /** One-sided 95 % lower bound of the gain. */
  readonly lowerBound: number;
  /** Holdout queries, or answers of an LLM. */
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
  const { candidate, reference, limits, against, general } = input;
  return decide({
    differences: candidate.map((score, i) => score - (reference[i] ?? 0)),
    groups: input.groups,
    judged: { count: candidate.length, name: 'queries' },
    measure: `MRR@10 went from ${shown(mean(reference))} (${against}) to ${shown(mean(candidate))}`,
    forgotten: general.base - general.candidate,
    general: `on general sentences it went from ${shown(general.base)} (base) to ${shown(general.candidate)}, at most ${shown(limits.max_forgetting)} may be lost`,
    limits,
    seed: input.seed,
  });
}

/** Loss of a model on one held-out session: nats over its answers' tokens, and how many tokens they have. */
export interface SessionLoss {
  readonly loss: number;
  readonly tokens: number;
}

export interface LossGateInput {
  /** Of each held-out session, of the model that was trained. */
  readonly candidate: readonly SessionLoss[];
  /** The same sessions, of the model in use, or of the base model while there is none. */
  readonly reference: readonly SessionLoss[];
  readonly against: 'champion' | 'base';
  /** The user of each session. */
  readonly groups: readonly string[];
  /** Answers of all sessions. */
  readonly answers: number;
  /** Nats a token of general text: of the base, and of the candidate. */
  readonly general: { readonly base: number; readonly candidate: number };
  readonly limits: GateLimits;
  readonly seed: number;
}

/** As {@link gate}, by the mean loss of each session's answers, lower is better; `max_forgetting` is nats a token here. */
export function lossGate(input: LossGateInput): GateResult {
  const { candidate, reference, limits, against, general } = input;
  const nats = (of: readonly SessionLoss[]): number =>
    of.reduce((sum, { loss }) => sum + loss, 0) /
    Math.max(
      1,
      of.reduce((sum, { tokens }) => sum + tokens, 0),
    );
  return decide({
    differences: candidate.map((own, i) => nats(reference.slice(i, i + 1)) - nats([own])),
    groups: input.groups,
    judged: { count: input.answers, name: 'answers' },
    measure: `the loss went from ${shown(nats(reference))} (${against}) to ${shown(nats(candidate))} nats a token`,
    forgotten: general.candidate - general.base,
    general: `on general text it went from ${shown(general.base)} (base) to ${shown(general.candidate)}, at most ${shown(limits.max_forgetting)} may be lost`,
    limits,
    seed: input.seed,
  });
}

interface Evidence {
  /** How much better the candidate is, per query or session. */
  readonly differences: readonly number[];
  readonly groups: readonly string[];
  /** What `min_holdout_queries` counts. */
  readonly judged: { readonly count: number; readonly name: string };
  /** Parts of the sentence. */
  readonly measure: string;
  readonly general: string;
  readonly forgotten: number;
  readonly limits: GateLimits;
  readonly seed: number;
}

function decide(evidence: Evidence): GateResult {
  const { differences, judged, measure, general, forgotten, limits, seed } = evidence;
  const gain = mean(differences);
  const bound = lowerBound({ differences, groups: evidence.groups }, { draws, confidence, seed });
  const queries = judged.count;
  const groups = new Set(evidence.groups).size;
  const result = { gain, lowerBound: bound, queries, groups, forgotten };
  const figures = `${measure} on ${queries} holdout ${judged.name} of ${groups} users`;

  const { min_holdout_queries, min_holdout_groups, min_gain, max_forgetting } = limits;
  const forgets = !(forgotten <= max_forgetting); // NaN too
  if (queries < min_holdout_queries || groups < min_holdout_groups) {
    const needed = `${min_holdout_queries} ${judged.name} of ${min_holdout_groups} users are needed`;
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
