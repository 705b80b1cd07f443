import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingModel } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import { type BatchPair, planBatches } from '../core/batches.ts';
import type { TrainingValues } from '../core/chosen-settings.ts';
import { newestCheckpoint, type RunIdentity, saveCheckpoint } from './checkpoints.ts';
import { fileSha256 } from './file-hash.ts';
import { phaseProgress } from './progress.ts';
import type { StepTable } from './step-report.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';

export interface StepsDone {
  /** Loss of every step, nats. */
  readonly losses: readonly number[];
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
  readonly table: StepTable;
  readonly options: TrainEmbeddingOptions;
}

/**
 * Train the model in place on its planned batches, from the newest checkpoint if there is one. A run that was stopped and
 * went on ends with the same weights and losses as one that was never stopped.
 */
export async function trainSteps({
  model,
  values,
  table,
  options,
}: TrainStepsOptions): Promise<StepsDone> {
  const { frozen, settings, signal, checkpointFolder } = options;
  const pairs = frozen.train.map((pair): BatchPair => {
    const session = JSON.stringify([pair.key.source, pair.key.sessionId]);
    return { anchor: pair.anchor, positive: pair.positive, session };
  });
  const plan = planBatches(pairs, { ...values, seed: frozen.seed });
  const total = plan.steps.length;
  if (total === 0) throw noBatch(pairs.length);

  const run = identityOf({ model, values, options, total });
  const checkpoint = newestCheckpoint(
    [...(options.earlierCheckpoints ?? []), ...(checkpointFolder ? [checkpointFolder] : [])],
    run,
  );
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: total,
    seed: frozen.seed,
  });
  if (checkpoint !== null) trainer.restore(checkpoint.tensors);
  const resumedAt = trainer.step;
  const losses = [...(checkpoint?.state.losses ?? [])];
  let tokens = checkpoint?.state.tokens ?? 0;

  const save = (): void => {
    if (checkpointFolder === undefined) return;
    const state = { run, step: trainer.step, losses, tokens };
    const tensors = trainer.checkpoint();
    options.onCheckpoint?.(saveCheckpoint(checkpointFolder, { state, tensors }));
  };

  await table.measure('train', total, async () => {
    const progress = phaseProgress({ name: 'train', from: resumedAt, total }, (sent) =>
      options.onProgress?.(sent),
    );
    while (trainer.step < total) {
      const batch = (plan.steps[trainer.step] ?? []).flatMap((i) => pairs[i] ?? []);
      const step = trainer.trainStep({
        anchors: batch.map((pair) => pair.anchor),
        positives: batch.map((pair) => pair.positive),
        groups: batch.map((pair) => pair.session),
      });
      losses.push(step.loss);
      tokens += step.tokens;
      progress.step(trainer.step, step);
      await nextTurn(); // a step blocks the thread: messages and signals are heard between two
      const due = trainer.step % settings.training.checkpoint_steps === 0 && trainer.step < total;
      if (due || signal?.aborted) save();
      signal?.throwIfAborted();
    }
    return { value: null, done: total };
  });
  trainer.dispose();
  return { losses, leftOver: plan.leftOver, tokens, resumedAt };
}

function identityOf({
  model,
  values,
  options,
  total,
}: Omit<TrainStepsOptions, 'table'> & { readonly total: number }): RunIdentity {
  return {
    dataset_sha256: options.frozen.datasetSha256,
    seed: options.frozen.seed,
    total_steps: total,
    batch_size: values.batchSize,
    learning_rate: values.learningRate,
    base_sha256: fileSha256(`${options.baseFolder}/model.safetensors`),
    max_sequence_length: model.maxSequenceLength,
  };
}

const noBatch = (pairs: number): UserError =>
  new UserError(
    'MILLRACE_TRAINING_NO_BATCH',
    `no two of the ${pairs} training pairs can stand in one batch: they are of one session or repeat a text`,
  );
