import type { Settings } from '@millrace/shared/contracts/settings';
import { interval } from './bootstrap.ts';
import type { CopyPolicy } from './copies.ts';

/** What an ablation found out about one technique. Names as in documents; figures are MRR@10. */
export interface TechniqueAblation {
  readonly technique: string;
  readonly decision: 'kept' | 'off';
  /** Of each original, at most: what later runs may train with when it is kept. */
  readonly copies: number;
  /** Copies that trained, over all folds. */
  readonly copies_trained: number;
  /** Mean over the queries, of trainings with the copies and of those without any. */
  readonly with: number;
  readonly without: number;
  /** Of the differences, query by query; with its bounds over users. */
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly sentence: string;
}

/** What training without copies brought over its base, MRR@10: by a training that learns nothing, no copy can be judged. */
export interface TrainingGain {
  readonly base: number;
  readonly trained: number;
  /** Of the differences, query by query; with its bounds over users. */
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** What an ablation came to, and what it rests on. */
export interface Ablation {
  readonly made_at: string;
  readonly model_name: string;
  readonly model_type: 'embedding';
  readonly base: string;
  readonly dataset_sha256: string;
  readonly augmentor_revision: string;
  readonly metric: 'mrr@10';
  readonly n_splits: number;
  readonly seeds: readonly number[];
  /** Of every training, by fold. */
  readonly steps: readonly number[];
  /** Originals that trained, by fold: as many as the steps go through in training_num_epochs. */
  readonly originals: readonly number[];
  readonly queries: number;
  readonly groups: number;
  /** Ablations made before it was measured have none. */
  readonly gain?: TrainingGain | undefined;
  readonly techniques: readonly TechniqueAblation[];
  readonly seconds: number;
  readonly notes: readonly string[];
}

/** One technique's scores against those of trainings without copies, query by query, the mean of the seeds each. */
export interface PairedScores {
  readonly with: readonly number[];
  readonly without: readonly number[];
  /** The user of each query. */
  readonly groups: readonly string[];
}

/** A lower bound may lie this little below 0: an interval of a few hundred queries is wider than what a technique brings. */
const leastLower = -0.002;
const draws = 2000;
const confidence = 0.95;

/** What training gained over its base. @param scores of the trained model, and of the base in `without` */
export function trainingGain(scores: PairedScores, seed: number): TrainingGain {
  const { with: trained, without: base, ...difference } = compared(scores, seed);
  return { base, trained, ...difference };
}

interface AblationFacts {
  readonly gain: TrainingGain;
  readonly copies: number;
  readonly copiesTrained: number;
  readonly seed: number;
}

/**
 * Whether a technique trains from now on: when it gained on average, and when, with 95 % confidence over users, it cost no more
 * than 0.002. Copies that change nothing are off. Nor is any kept where the training itself gained nothing with that confidence:
 * after 10 steps on 200 sessions of STAR a technique that replaces every word had passed (docs/experiments.md).
 */
export function judgeTechnique(
  technique: string,
  scores: PairedScores,
  { gain, copies, copiesTrained, seed }: AblationFacts,
): TechniqueAblation {
  const figures = compared(scores, seed);
  const isLearning = gain.lower > 0;
  const isKept = isLearning && figures.mean > 0 && figures.lower > leastLower;
  const decision = isKept ? 'kept' : 'off';
  const found = `${technique} is ${decision}: MRR@10 ${shown(figures)}`;
  const needed = isLearning
    ? `above 0 and a lower bound above ${leastLower} are needed`
    : `not to be judged, for without copies training brought ${shown(gain)} over its base: more sessions, steps or a higher rate are needed`;
  return {
    technique,
    decision,
    copies,
    copies_trained: copiesTrained,
    ...figures,
    sentence: `${found}, ${needed}`,
  };
}

function compared(scores: PairedScores, seed: number) {
  const differences = scores.with.map((score, i) => score - (scores.without[i] ?? 0));
  const { lower, upper } = interval(
    { differences, groups: scores.groups },
    { draws, confidence, seed },
  );
  return {
    with: rounded(meanOf(scores.with)),
    without: rounded(meanOf(scores.without)),
    mean: rounded(meanOf(differences)),
    lower: rounded(lower),
    upper: rounded(upper),
  };
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

const shown = ({ mean, lower, upper }: { mean: number; lower: number; upper: number }): string =>
  `${signed(mean)} (${signed(lower)} to ${signed(upper)} over users)`;

/** The verdict on a technique that stands, and when it was reached. */
export interface StandingVerdict extends TechniqueAblation {
  readonly made_at: string;
}

/** Of each technique the newest verdict, by name. @param ablations of one line, oldest first */
export function standingVerdicts(
  ablations: readonly Pick<Ablation, 'made_at' | 'techniques'>[],
): readonly StandingVerdict[] {
  const newest = new Map<string, StandingVerdict>();
  for (const { made_at, techniques } of ablations)
    for (const verdict of techniques) newest.set(verdict.technique, { ...verdict, made_at });
  return [...newest.values()].sort((a, b) => (a.technique < b.technique ? -1 : 1));
}

/** What later runs train with. */
export const copyPolicyOf = (verdicts: readonly StandingVerdict[]): CopyPolicy =>
  Object.fromEntries(
    verdicts.map(({ technique, decision, copies }) => [
      technique,
      decision === 'kept' ? copies : 0,
    ]),
  );

/** What an ablation trains with: every technique, as often as the augmentor copied. */
export const allCopies = ({ techniques, copies_per_example }: AugmentationSettings): CopyPolicy =>
  Object.fromEntries(techniques.map((technique) => [technique, copies_per_example]));

type AugmentationSettings = Settings['augmentation'];

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;
