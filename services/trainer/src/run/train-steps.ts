import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrainStep, Weight, Weights } from '@millrace/engine';
import type { Example } from '@millrace/shared/domain/example';
import { shouldStop } from '../core/early-stopping.ts';
import { newestCheckpoint, type RunIdentity, saveCheckpoint } from './checkpoints.ts';
import { phaseProgress } from './progress.ts';
import type { StepTable } from './step-report.ts';
import type { TrainOptions } from './train-options.ts';

export interface StepsDone {
  /** Loss of every step, nats. */
  readonly losses: readonly number[];
  /** Loss of what is only watched, at each check; empty without early stopping. */
  readonly devLosses: readonly number[];
  /** Useful tokens, padding not counted. */
  readonly tokens: number;
  /** Step at which this attempt went on; 0 when it began anew. */
  readonly resumedAt: number;
}

/** A run of the engine, whatever its net. */
export interface Trainer<Batch> {
  readonly step: number;
  trainStep(batch: Batch): TrainStep;
  checkpoint(): Map<string, Weight>;
  restore(checkpoint: Weights): void;
  dispose(): void;
}

export interface StepsPlan<Batch> {
  readonly trainer: Trainer<Batch>;
  /** Which training this is: a checkpoint of another one is refused. */
  readonly run: RunIdentity;
  readonly batchOf: (step: number) => Batch;
  /** Loss of what is not trained on, for early stopping; null: there is nothing to watch. */
  readonly watch: (() => Promise<number>) | null;
}

/**
 * The loop of every training: train the model in place on its planned batches, from the newest checkpoint if there is one.
 * A run that was stopped and went on ends with the same weights and losses as one that was never stopped.
 */
export async function trainSteps<Batch, E extends Example>(
  { trainer, run, batchOf, watch }: StepsPlan<Batch>,
  { table, options }: { readonly table: StepTable; readonly options: TrainOptions<E> },
): Promise<StepsDone> {
  const { settings, signal, checkpointFolder } = options;
  const { early_stopping_patience: patience, early_stopping_steps: checkSteps } = settings.training;
  const total = run.total_steps;
  const checkpoint = newestCheckpoint(
    [...(options.earlierCheckpoints ?? []), ...(checkpointFolder ? [checkpointFolder] : [])],
    run,
  );
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
      const step = trainer.trainStep(batchOf(trainer.step));
      losses.push(step.loss);
      tokens += step.tokens;
      progress.step(trainer.step, step);
      await nextTurn(); // a step blocks the thread: messages and signals are heard between two
      const checks = patience !== null && trainer.step % checkSteps === 0;
      if (checks && watch !== null) devLosses.push(await watch());
      const due = trainer.step % settings.training.checkpoint_steps === 0 && trainer.step < total;
      if (due || signal?.aborted) save();
      signal?.throwIfAborted();
    }
    return { value: null, done: trainer.step };
  });
  trainer.dispose();
  return { losses, devLosses, tokens, resumedAt };
}
