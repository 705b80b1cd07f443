import type { EmbeddingModel, PairBatch, Prompts } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { UserError } from '@millrace/shared/domain/errors';
import { planBatches } from '../core/batches.ts';
import type { TrainingValues } from '../core/chosen-settings.ts';
import type { RunIdentity } from './checkpoints.ts';
import { fileSha256 } from './file-hash.ts';
import { lossOf } from './loss-of.ts';
import { batchMaker } from './mine-negatives.ts';
import { type TextPairs, textsOfPairs } from './text-pairs.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';
import type { StepsPlan } from './train-steps.ts';

interface EmbeddingSteps {
  readonly model: EmbeddingModel;
  readonly values: TrainingValues;
  readonly pairs: TextPairs;
  /** Pairs that early stopping watches. */
  readonly dev: TextPairs;
  readonly prompts: Prompts;
  readonly options: TrainEmbeddingOptions;
}

/**
 * The batches of an embedding training and the run that takes them.
 * @throws UserError when no two pairs can stand in one batch
 */
export async function embeddingSteps(
  parts: EmbeddingSteps,
): Promise<{ readonly plan: StepsPlan<PairBatch>; readonly leftOver: readonly number[] }> {
  const { model, values, pairs, dev, options } = parts;
  const { frozen, settings, signal } = options;
  const { steps, leftOver } = planBatches(pairs.plain, { ...values, seed: frozen.seed });
  if (steps.length === 0) throw noBatch(pairs.plain.length);
  const makeBatch = await batchMaker(pairs, {
    model,
    perPair: settings.training.hard_negatives,
    margin: settings.training.hard_negative_margin,
    signal,
  });
  const run = identityOf(parts, steps.length);
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: steps.length,
    seed: frozen.seed,
    texts: textsOfPairs(pairs, dev),
    ...(values.microBatchSize !== null && { microBatchSize: values.microBatchSize }),
  });
  const plan = {
    trainer,
    run,
    batchOf: (step: number) => makeBatch(steps[step] ?? []),
    watch: dev.read.length > 0 ? () => lossOf(model, dev.read) : null,
  };
  return { plan, leftOver };
}

function identityOf(
  { model, values, prompts, options }: EmbeddingSteps,
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
