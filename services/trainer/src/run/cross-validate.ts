import type { Backend } from '@millrace/engine';
import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { PairExample } from '@millrace/shared/domain/example';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { CvStrategy } from '../core/assign-folds.ts';
import { askedValues, type TrainingValues, withoutAuto } from '../core/chosen-settings.ts';
import { type CrossValidation, type Fold, spreadOf } from '../core/cross-validation.ts';
import { type ExampleSplit, exampleSplits } from '../core/example-splits.ts';
import { splitsFor } from '../core/folds.ts';
import type { Frozen } from '../core/frozen.ts';
import { chooseLabel, type SessionFacts } from '../core/session-facts.ts';
import { sessionKeyOf } from '../core/session-key.ts';
import { groupOfExample } from '../core/user-share.ts';
import { foldSchema } from './cross-validation-schema.ts';
import { fileSha256 } from './file-hash.ts';
import { keptResults } from './kept-results.ts';
import { phaseProgress, type TrainingProgress } from './progress.ts';
import { type TrainFoldOptions, trainFold } from './train-fold.ts';

export interface CrossValidateOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly frozen: Frozen<PairExample>;
  /** Labels and times of the training side's sessions, by sessionKeyOf; may lack some. */
  readonly facts: ReadonlyMap<string, SessionFacts>;
  readonly settings: Settings;
  readonly overrides?: TrainingOverrides;
  /** Where the figures of each fold are kept for a further attempt; without it they are computed anew. */
  readonly keepFolder?: string;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** When aborted, the signal's reason is thrown at the next step; a fold that is done stays kept. */
  readonly signal?: AbortSignal | undefined;
}

/** And never more than this share of the final run's steps: what a fold must show is a trend, not a finished model. */
const cvShare = 0.2;

/**
 * Cross-validation over the training side; the holdout is not looked at. A function of the dataset, the settings and the
 * base; a further attempt takes up the folds that an earlier one finished. A strategy that the data do not allow is a note,
 * not an error: the final run does not depend on it.
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { frozen, facts, settings, overrides = {} } = options;
  const { training } = settings;
  const values = withoutAuto(askedValues(settings, overrides));
  const maxSteps = foldSteps(values, { pairs: frozen.train.length, most: training.cv_max_steps });
  const nSplits = overrides.n_splits ?? training.n_splits;
  const groups = new Set(frozen.train.map(groupOfExample)).size;
  const { k, note } = splitsFor(groups, nSplits);
  const known = [...new Set(frozen.train.map(sessionKeyOf))].flatMap((key) => facts.get(key) ?? []);
  const label = chooseLabel(known, training.cv_label);
  const strategy = nSplits < 2 ? 'none' : training.cv_strategy;
  const common = { strategy, random_state: frozen.seed, max_steps: maxSteps, label };
  const without = (...notes: readonly string[]): CrossValidation => ({
    ...common,
    n_splits: null,
    folds: [],
    mean: {},
    std: {},
    notes,
  });
  if (strategy === 'none') return without('not cross-validated: it was asked for no fold');
  if (k === null) return without(note ?? '');
  const made = splitsOf(options, { strategy, k, label });
  if ('refused' in made) return without(`not cross-validated: ${made.refused}`);
  const folds: Fold[] = [];
  for (const split of made.splits)
    folds.push(await oneFold(split, options, { values, maxSteps, label, of: made.splits.length }));
  return {
    ...common,
    n_splits: made.folds,
    folds,
    ...spreadOf(folds),
    notes: [...(note !== null && made.folds === k ? [note] : []), ...made.notes],
  };
}

/** Steps that a fold may train: the cap, or a fifth of the final run's, at least one. */
function foldSteps(
  { batchSize, epochs, maxSteps }: TrainingValues,
  { pairs, most }: { readonly pairs: number; readonly most: number },
): number {
  const planned = Math.ceil(pairs / batchSize) * epochs;
  const final = Math.min(planned, maxSteps ?? planned);
  return Math.max(1, Math.min(most, Math.floor(final * cvShare)));
}

function splitsOf(
  { frozen, facts, settings }: CrossValidateOptions,
  how: { readonly strategy: CvStrategy; readonly k: number; readonly label: string | null },
) {
  try {
    const leaveOut = settings.training.cv_leave_out;
    return exampleSplits(frozen.train, { ...how, leaveOut, seed: frozen.seed, facts });
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message };
    throw error;
  }
}

interface FoldPlan {
  readonly values: TrainingValues;
  readonly maxSteps: number;
  readonly label: string | null;
  /** Trainings altogether. */
  readonly of: number;
}

async function oneFold(
  split: ExampleSplit,
  options: CrossValidateOptions,
  { values, maxSteps, label, of }: FoldPlan,
): Promise<Fold> {
  const { frozen, facts, settings } = options;
  const kept = keptResults<Fold>(options.keepFolder ?? null, 'fold', foldSchema);
  const key = keyOf(split, options, { values, maxSteps, label });
  const before = kept.read(key);
  if (before !== null) return { ...before, cache: 'hit' };
  const name = `cross-validation ${split.split + 1} of ${of}`;
  const progress = phaseProgress({ name, from: 0, total: maxSteps }, (sent) =>
    options.onProgress?.(sent),
  );
  const how: TrainFoldOptions = {
    backend: options.backend,
    baseFolder: options.baseFolder,
    settings,
    values,
    maxSteps,
    seed: frozen.seed,
    labelOf: (session) => (label === null ? null : (facts.get(session)?.labels.get(label) ?? null)),
    onStep: (done) => progress.step(done),
    signal: options.signal,
  };
  const started = performance.now();
  const trained = await trainFold(split, how);
  const seconds = Math.round(performance.now() - started) / 1000;
  const fold: Fold = { ...trained, seconds, cache: 'miss' };
  kept.write(key, fold);
  return fold;
}

/** Names everything that a fold's figures depend on. */
function keyOf(
  split: ExampleSplit,
  { frozen, baseFolder, settings }: CrossValidateOptions,
  plan: Omit<FoldPlan, 'of'>,
): string {
  const { embedding, training } = settings;
  return sha256Hex(
    JSON.stringify([
      frozen.datasetSha256,
      frozen.seed,
      fileSha256(`${baseFolder}/model.safetensors`),
      [embedding.max_sequence_length, embedding.query_prefix, embedding.passage_prefix],
      [training.dropout, training.hard_negatives, training.hard_negative_margin],
      split.tested,
      split.train.map(({ id }) => id),
      plan,
    ]),
  ).slice(0, 32);
}
