import { type Backend, type EmbeddingModel, embeddingModel } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import {
  askedValues,
  type BucketSplit,
  bucketSplits,
  evaluate,
  type Frozen,
  groupOfExample,
  kFolds,
  planBatches,
  retrievalTask,
  splitsFor,
  withoutAuto,
} from '@millrace/trainer';
import { distribution } from '../core/distribution.ts';
import type { CrossValidationStep, Fold, StepFigures } from '../results.ts';
import type { RunProgress } from '../run-progress.ts';

/** Steps of one fold when nothing else caps it: what a fold must show is a trend, not a finished model. */
const cvMaxSteps = 100;
/** And never more than this share of the final run's steps. */
const cvShare = 0.2;

export interface CrossValidateOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly frozen: Frozen<PairExample>;
  readonly settings: Settings;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Steps that a fold may train: 100, or a fifth of the final run's. */
function foldSteps(settings: Settings, pairs: number): number {
  const { batchSize, epochs, maxSteps } = withoutAuto(askedValues(settings, {}));
  const planned = Math.ceil(pairs / batchSize) * epochs;
  const final = Math.min(planned, maxSteps ?? planned);
  return Math.max(1, Math.min(cvMaxSteps, Math.floor(final * cvShare)));
}

/**
 * Group k-fold over the training side: each fold trains on the others and is measured on the originals of its own users.
 * The holdout is not looked at.
 */
export async function crossValidate(
  options: CrossValidateOptions,
): Promise<Omit<CrossValidationStep, keyof StepFigures>> {
  const { frozen, settings } = options;
  const groups = new Set(frozen.train.map(groupOfExample)).size;
  const { k, note } = splitsFor(groups, settings.training.n_splits);
  const maxSteps = foldSteps(settings, frozen.train.length);
  const common = {
    strategy: 'group',
    n_splits: k,
    random_state: frozen.seed,
    max_steps: maxSteps,
    note,
  } as const;
  if (k === null) return { ...common, folds: [], mean: {}, std: {} };

  const foldOf = kFolds(frozen.train, { k, seed: frozen.seed, groupOf: groupOfExample });
  const folds: Fold[] = [];
  const bucketing = { foldOf, folds: k, strategy: 'group-k-fold', leaveOut: 1 } as const;
  for (const split of bucketSplits(frozen.train, bucketing)) {
    options.onProgress({ phase: 'cross-validation', done: split.split, total: k, unit: 'folds' });
    folds.push(await oneFold(options, split, maxSteps));
  }
  options.onProgress({ phase: 'cross-validation', done: k, total: k, unit: 'folds' });
  const names = Object.keys(folds[0]?.metrics ?? {});
  const spread = names.map(
    (name) => [name, distribution(folds.map((fold) => fold.metrics[name] ?? 0))] as const,
  );
  return {
    ...common,
    folds,
    mean: Object.fromEntries(spread.map(([name, { mean }]) => [name, mean])),
    std: Object.fromEntries(spread.map(([name, { std }]) => [name, std])),
  };
}

async function oneFold(
  options: CrossValidateOptions,
  { split: fold, train, test }: BucketSplit<PairExample>,
  maxSteps: number,
): Promise<Fold> {
  const { settings, backend, signal } = options;
  // a copy is no question that a person asked
  const validation = test.filter((example) => example.parentId === null);
  const model = await embeddingModel({
    backend,
    folder: options.baseFolder,
    maxSequenceLength: settings.embedding.max_sequence_length,
  });
  try {
    const steps = await trainFold(model, train, { ...options, maxSteps });
    const scores = await evaluate(model, retrievalTask(validation), {
      batchSize: settings.embedding.batch_size,
      signal,
    });
    return {
      fold,
      train: train.length,
      validation: validation.length,
      groups: new Set(validation.map(groupOfExample)).size,
      steps,
      metrics: scores.metrics,
    };
  } finally {
    model.dispose();
  }
}

async function trainFold(
  model: EmbeddingModel,
  train: readonly PairExample[],
  options: CrossValidateOptions & { readonly maxSteps: number },
): Promise<number> {
  const { settings, frozen, signal, maxSteps } = options;
  const pairs = train.map(({ anchor, positive, key }) => ({
    anchor,
    positive,
    session: JSON.stringify([key.source, key.sessionId]),
  }));
  const values = withoutAuto(askedValues(settings, {}));
  const plan = planBatches(pairs, { ...values, seed: frozen.seed, maxSteps });
  if (plan.steps.length === 0) return 0;
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: plan.steps.length,
    seed: frozen.seed,
  });
  try {
    for (const step of plan.steps) {
      signal?.throwIfAborted();
      const batch = step.flatMap((i) => pairs[i] ?? []);
      trainer.trainStep({
        anchors: batch.map((pair) => pair.anchor),
        positives: batch.map((pair) => pair.positive),
        groups: batch.map((pair) => pair.session),
      });
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  } finally {
    trainer.dispose();
  }
  return plan.steps.length;
}
