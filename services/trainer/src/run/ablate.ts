import { type Backend, embeddingModel } from '@millrace/engine';
import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { PairExample } from '@millrace/shared/domain/example';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { z } from 'zod';
import { type Ablation, judgeTechnique, type TechniqueAblation } from '../core/ablation.ts';
import { type AblationArm, type AblationFold, ablationFolds } from '../core/ablation-folds.ts';
import { askedValues, type TrainingValues, withoutAuto } from '../core/chosen-settings.ts';
import { retrievalTask } from '../core/retrieval.ts';
import { evaluate } from './evaluate.ts';
import { fileSha256 } from './file-hash.ts';
import { keptResults } from './kept-results.ts';
import { type PhaseProgress, phaseProgress, type TrainingProgress } from './progress.ts';
import { promptsOf, textPairs } from './text-pairs.ts';
import { trainPairs } from './train-pairs.ts';

export interface AblateOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  /** Of the training side; no copy among them. */
  readonly originals: readonly PairExample[];
  /** A technique and its copies of these originals, each. */
  readonly arms: readonly AblationArm[];
  readonly settings: Settings;
  /** `random_state` of the dataset: folds are drawn by it, and it is the first of the seeds. */
  readonly seed: number;
  readonly overrides?: TrainingOverrides;
  /** Where the scores of each training are kept for a further attempt; without it they are computed anew. */
  readonly keepFolder?: string | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** When aborted, the signal's reason is thrown at the next step; a training that is done stays kept. */
  readonly signal?: AbortSignal | undefined;
}

/** What an ablation measured; where it is kept, and of which line, its caller knows. */
export type Ablated = Omit<
  Ablation,
  'made_at' | 'model_name' | 'model_type' | 'base' | 'dataset_sha256' | 'augmentor_revision'
>;

const seeds = 3;
/** Unless asked for: 9 trainings and 9 more a technique, so that it ends in sensible time on two cores. */
const folds = 3;
const mostSteps = 50;

/**
 * Trains with and without each technique: on the same folds of the training side, by the same seeds, as many steps. Only the
 * originals are measured on, and the holdout is not looked at. A function of its inputs; a further attempt takes up the
 * trainings that an earlier one finished.
 * @throws UserError when there are fewer users than folds, or no technique has a copy
 */
export async function ablate(options: AblateOptions): Promise<Ablated> {
  const { settings, overrides = {}, seed } = options;
  const values = withoutAuto(askedValues(settings, overrides));
  const arms = options.arms.filter(({ copies }) => copies.length > 0);
  const notes = options.arms
    .filter(({ copies }) => copies.length === 0)
    .map(({ technique }) => `${technique} has no copy of these pairs: not ablated`);
  if (arms.length === 0) {
    throw new UserError('MILLRACE_TRAINING_NO_COPIES', 'no technique has a copy to train with', {
      exitCode: 2,
    });
  }
  const begun = performance.now();
  const nSplits = Math.max(2, overrides.n_splits ?? folds);
  const trainings = Array.from({ length: seeds }, (_, i) => seed + i);
  const made = ablationFolds(options.originals, arms, {
    values: { ...values, maxSteps: Math.min(values.maxSteps ?? mostSteps, mostSteps) },
    folds: nSplits,
    seeds: trainings,
    seed,
  });
  const total = made.reduce((sum, { steps }) => sum + steps, 0) * seeds * (1 + arms.length);
  const progress = steady(
    phaseProgress({ name: 'ablation', from: 0, total }, (sent) => options.onProgress?.(sent)),
  );
  const without = await scoresOf(null, made, { options, values, trainings, progress });
  const judged: TechniqueAblation[] = [];
  for (const { technique } of arms) {
    const scores = await scoresOf(technique, made, { options, values, trainings, progress });
    judged.push(
      judgeTechnique(
        technique,
        { with: scores, without, groups: made.flatMap(({ groups }) => groups) },
        {
          copies: mostCopies(arms, technique),
          copiesTrained: made.reduce(
            (sum, fold) => sum + (fold.copies.get(technique)?.length ?? 0),
            0,
          ),
          seed,
        },
      ),
    );
  }
  return {
    metric: 'mrr@10',
    n_splits: nSplits,
    seeds: trainings,
    steps: made.map(({ steps }) => steps),
    originals: made.map(({ train }) => train.length),
    queries: without.length,
    groups: new Set(made.flatMap(({ groups }) => groups)).size,
    techniques: judged,
    seconds: Math.round((performance.now() - begun) / 1000),
    notes,
  };
}

function mostCopies(arms: readonly AblationArm[], technique: string): number {
  const own = arms.find((arm) => arm.technique === technique)?.copies ?? [];
  const families = [...Map.groupBy(own, ({ parentId }) => parentId).values()];
  return families.reduce((most, copies) => Math.max(most, copies.length), 1);
}

interface Trainings {
  readonly options: AblateOptions;
  readonly values: TrainingValues;
  readonly trainings: readonly number[];
  readonly progress: Steady;
}

/** Per query of all folds in turn: the mean of the seeds. @param technique null: without copies */
async function scoresOf(
  technique: string | null,
  made: readonly AblationFold[],
  { options, values, trainings, progress }: Trainings,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (const fold of made) {
    const sums = new Float64Array(fold.groups.length);
    for (const seed of trainings) {
      const found = await oneTraining({ fold, technique, seed }, { options, values, progress });
      for (const [i, score] of found.entries()) sums[i] = (sums[i] ?? 0) + score;
    }
    scores.push(...Array.from(sums, (sum) => sum / trainings.length));
  }
  return scores;
}

interface OneTraining {
  readonly fold: AblationFold;
  readonly technique: string | null;
  readonly seed: number;
}

/** MRR@10 of each query of the fold, by a model trained from the base. */
async function oneTraining(
  { fold, technique, seed }: OneTraining,
  { options, values, progress }: Omit<Trainings, 'trainings'>,
): Promise<readonly number[]> {
  const { settings, signal, baseFolder } = options;
  const plan = fold.planOf(technique, seed);
  const { embedding, training } = settings;
  const kept = keptResults(options.keepFolder ?? null, 'ablation', z.array(z.number()));
  const key = sha256Hex(
    JSON.stringify([
      plan.pairs.map(({ id }) => id),
      plan.steps,
      fold.validation.map(({ id }) => id),
      [seed, values.learningRate, values.microBatchSize],
      [embedding.max_sequence_length, embedding.query_prefix, embedding.passage_prefix],
      [training.dropout, training.hard_negatives, training.hard_negative_margin],
      fileSha256(`${baseFolder}/model.safetensors`),
    ]),
  ).slice(0, 32);
  const before = kept.read(key);
  if (before !== null) {
    progress.done(plan.steps.length);
    return before;
  }
  const model = await embeddingModel({
    backend: options.backend,
    folder: baseFolder,
    maxSequenceLength: embedding.max_sequence_length,
    dropout: training.dropout,
  });
  try {
    const prompts = promptsOf(embedding, model.prompts);
    await trainPairs(model, textPairs(plan.pairs, prompts), {
      settings,
      values,
      seed,
      steps: plan.steps,
      onStep: () => progress.done(1),
      signal,
    });
    const task = retrievalTask(fold.validation);
    const how = { batchSize: embedding.batch_size, signal, prompts };
    const { perQuery } = await evaluate(model, task, how);
    kept.write(key, [...perQuery]);
    return perQuery;
  } finally {
    model.dispose();
  }
}

interface Steady {
  /** So many further steps are done. */
  done(steps: number): void;
}

function steady(progress: PhaseProgress): Steady {
  let at = 0;
  return {
    done: (steps) => {
      at += steps;
      progress.step(at);
    },
  };
}
