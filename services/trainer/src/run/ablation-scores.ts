import { type Backend, embeddingModel } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { z } from 'zod';
import type { AblationFold } from '../core/ablation-folds.ts';
import type { TrainingValues } from '../core/chosen-settings.ts';
import { retrievalTask } from '../core/retrieval.ts';
import { evaluate } from './evaluate.ts';
import { fileSha256 } from './file-hash.ts';
import { keptResults } from './kept-results.ts';
import { promptsOf, textPairs } from './text-pairs.ts';
import { trainPairs } from './train-pairs.ts';

/** What each training of an ablation starts from. */
export interface AblationBase {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly settings: Settings;
  /** Where the scores of each training are kept for a further attempt; without it they are computed anew. */
  readonly keepFolder?: string | undefined;
  /** When aborted, the signal's reason is thrown at the next step; a training that is done stays kept. */
  readonly signal?: AbortSignal | undefined;
}

export interface AblationTrainings {
  readonly from: AblationBase;
  readonly values: TrainingValues;
  readonly seeds: readonly number[];
  /** So many further steps are done. */
  readonly onSteps: (steps: number) => void;
}

/**
 * MRR@10 per query of all folds in turn, the mean of the seeds.
 * @param technique null: trained without copies
 */
export async function trainedScores(
  technique: string | null,
  folds: readonly AblationFold[],
  trainings: AblationTrainings,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (const fold of folds) {
    const sums = new Float64Array(fold.groups.length);
    for (const seed of trainings.seeds) {
      const found = await oneTraining(fold, { ...fold.planOf(technique, seed), seed }, trainings);
      for (const [i, score] of found.entries()) sums[i] = (sums[i] ?? 0) + score;
    }
    scores.push(...Array.from(sums, (sum) => sum / trainings.seeds.length));
  }
  return scores;
}

/** The same of the base, which learned nothing of these texts. */
export async function baseScores(
  folds: readonly AblationFold[],
  trainings: AblationTrainings,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (const fold of folds)
    scores.push(...(await oneTraining(fold, { pairs: [], steps: [], seed: 0 }, trainings)));
  return scores;
}

type Plan = ReturnType<AblationFold['planOf']> & { readonly seed: number };

/** By a model trained from the base, as planned. */
async function oneTraining(
  fold: AblationFold,
  { pairs, steps, seed }: Plan,
  { from, values, onSteps }: AblationTrainings,
): Promise<readonly number[]> {
  const { settings, signal, baseFolder } = from;
  const { embedding, training } = settings;
  const kept = keptResults(from.keepFolder ?? null, 'ablation', z.array(z.number()));
  const key = sha256Hex(
    JSON.stringify([
      pairs.map(({ id }) => id),
      steps,
      fold.validation.map(({ id }) => id),
      [seed, values.learningRate, values.microBatchSize],
      [embedding.max_sequence_length, embedding.query_prefix, embedding.passage_prefix],
      [training.dropout, training.hard_negatives, training.hard_negative_margin],
      fileSha256(`${baseFolder}/model.safetensors`),
    ]),
  ).slice(0, 32);
  const before = kept.read(key);
  if (before !== null) {
    onSteps(steps.length);
    return before;
  }
  const model = await embeddingModel({
    backend: from.backend,
    folder: baseFolder,
    maxSequenceLength: embedding.max_sequence_length,
    dropout: training.dropout,
  });
  try {
    const prompts = promptsOf(embedding, model.prompts);
    await trainPairs(model, textPairs(pairs, prompts), {
      settings,
      values,
      seed,
      steps,
      onStep: () => onSteps(1),
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
