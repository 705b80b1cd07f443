import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingModel, Prompts } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { UserError } from '@millrace/shared/domain/errors';
import { planBatches } from '../core/batches.ts';
import type { TrainingValues } from '../core/chosen-settings.ts';
import { shouldStop } from '../core/early-stopping.ts';
import { newestCheckpoint, type RunIdentity, saveCheckpoint } from './checkpoints.ts';
import { fileSha256 } from './file-hash.ts';
import { lossOf } from './loss-of.ts';
import { batchMaker } from './mine-negatives.ts';
import { phaseProgress } from './progress.ts';
import type { StepTable } from './step-report.ts';
import type { TextPairs } from './text-pairs.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';

export interface StepsDone {
  /** Loss of every step, nats. */
  readonly losses: readonly number[];
  /** Loss of the pairs that are only watched, at each check; empty without early stopping. */
  readonly devLosses: readonly number[];
  /** Pairs of each epoch that no batch could take. */
  readonly leftOver: readonly number[];
  /** Useful tokens, padding not counted. */
  readonly tokens: number;
  /** Step at which this attempt went on; 0 when it began anew. */
  readonly resumedAt: number;
}

interface TrainStepsOptions {
  readonly model: EmbeddingModel;
  readonly values: TrainingValues;
  readonly pairs: TextPairs;
  /** Pairs that early stopping watches. */
  readonly dev: TextPairs;
  readonly prompts: Prompts;
  readonly table: StepTable;
  readonly options: TrainEmbeddingOptions;
}

/**
 * Train the model in place on its planned batches, from the newest checkpoint if there is one. A run that was stopped and
 * went on ends with the same weights and losses as one that was never stopped.
 */
export async function trainSteps(parts: TrainStepsOptions): Promise<StepsDone> {
  const { model, values, pairs, dev, table, options } = parts;
  const { frozen, settings, signal, checkpointFolder } = options;
  const { early_stopping_patience: patience, early_stopping_steps: checkSteps } = settings.training;
  const plan = planBatches(pairs.plain, { ...values, seed: frozen.seed });
  const total = plan.steps.length;
  if (total === 0) throw noBatch(pairs.plain.length);
  const makeBatch = await batchMaker(pairs, {
    model,
    perPair: settings.training.hard_negatives,
    margin: settings.training.hard_negative_margin,
    signal,
  });

  const run = identityOf(parts, total);
  const checkpoint = newestCheckpoint(
    [...(options.earlierCheckpoints ?? []), ...(checkpointFolder ? [checkpointFolder] : [])],
    run,
  );
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: total,
    seed: frozen.seed,
    ...(values.microBatchSize !== null && { microBatchSize: values.microBatchSize }),
  });
  if (checkpoint !== null) trainer.restore(checkpoint.tensors);
  const resumedAt = trainer.step;
  const losses = [...(checkpoint?.state.losses ?? [])];
  const devLosses = [...(checkpoint?.state.devLosses ?? [])];
  let tokens = checkpoint?.state.tokens ?? 0;

  const save = (): void => {
    if (checkpointFolder === undefined) return;
    const state = { run, step: trainer.step, losses, devLosses, tokens };
    const tensors = trainer.checkpoint();
    const folder = saveCheckpoint(checkpointFolder, { state, tensors });
    options.onCheckpoint?.(folder);
  };
  const stops = (): boolean => patience !== null && shouldStop(devLosses, patience);

  await table.measure('train', total, async () => {
    const progress = phaseProgress({ name: 'train', from: resumedAt, total }, (sent) =>
      options.onProgress?.(sent),
    );
    while (trainer.step < total && !stops()) {
      const step = trainer.trainStep(makeBatch(plan.steps[trainer.step] ?? []));
      losses.push(step.loss);
      tokens += step.tokens;
      progress.step(trainer.step, step);
      await nextTurn(); // a step blocks the thread: messages and signals are heard between two
      const checks = patience !== null && trainer.step % checkSteps === 0;
      if (checks && dev.read.length > 0) devLosses.push(await lossOf(model, dev.read));
      const due = trainer.step % settings.training.checkpoint_steps === 0 && trainer.step < total;
      if (due || signal?.aborted) save();
      signal?.throwIfAborted();
    }
    return { value: null, done: trainer.step };
  });
  trainer.dispose();
  return { losses, devLosses, leftOver: plan.leftOver, tokens, resumedAt };
}

function identityOf(
  { model, values, prompts, options }: TrainStepsOptions,
  total: number,
): RunIdentity {
  const { training } = options.settings;
  return {
    dataset_sha256: options.frozen.datasetSha256,
    seed: options.frozen.seed,
    total_steps: total,
    batch_size: values.batchSize,
    learning_rate: values.learningRate,
    base_sha256: fileSha256(`${options.baseFolder}/model.safetensors`),
    max_sequence_length: model.maxSequenceLength,
    settings: canonicalJson({
      micro_batch_size: values.microBatchSize,
      dropout: training.dropout,
      hard_negatives: training.hard_negatives,
      hard_negative_margin: training.hard_negative_margin,
      early_stopping_patience: training.early_stopping_patience,
      early_stopping_steps: training.early_stopping_steps,
      prompts: { ...prompts },
    }),
  };
}

const noBatch = (pairs: number): UserError =>
  new UserError(
    'MILLRACE_TRAINING_NO_BATCH',
    `no two of the ${pairs} training pairs can stand in one batch: they are of one session or repeat a text`,
  );
