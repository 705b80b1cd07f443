import { randomUUID } from 'node:crypto';
import { type TrainingOverrides, trainingRequested } from '@millrace/shared/contracts/events';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { listModels, type ModelRow } from '../models/model-rows.ts';
import { followTraining } from './follow-training.ts';
import type { TrainingJob } from './training-job.ts';
import { trainingRecord } from './training-request.ts';

export interface TrainVerbOptions {
  readonly modelName: string;
  readonly modelType: string;
  readonly force?: boolean;
  readonly requestId?: string;
  readonly maxSteps?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly folds?: number;
  readonly seed?: number;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `millrace train`: asks for a training; with `--wait` follows it, exit 1 when a job fails or is blocked. */
export async function runTrain(terminal: Terminal, options: TrainVerbOptions): Promise<void> {
  const parsed = trainingRequested.safeParse({
    request_id: options.requestId ?? `cli-${randomUUID()}`,
    model_name: options.modelName,
    model_type: options.modelType,
    force: options.force ?? false,
    overrides: overridesOf(options),
  });
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new UserError('MILLRACE_INPUT_TRAINING', lines.join('\n'), { exitCode: exitCodes.usage });
  }
  const request = parsed.data;
  await withFleet(terminal, async (fleet) => {
    await fleet.bus.publish([trainingRecord(request, Date.now())]);
    terminal.say(`requested as ${request.request_id}`);
    if (!options.wait) {
      terminal.data(options.json ? JSON.stringify(request) : request.request_id);
      return;
    }
    const { request_id: requestId } = request;
    const progress = terminal.progress();
    const jobs = await followTraining(fleet, { requestId, progress, signal: terminal.signal });
    const models = await listModels(fleet.sql);
    const made = models.filter((model) => jobs.some((job) => job.model_id === model.model_id));
    terminal.data(
      options.json ? JSON.stringify({ jobs, models: made }, null, 2) : outcomeText(jobs, made),
    );
    if (jobs.some((job) => job.state !== 'succeeded')) process.exitCode = exitCodes.failed;
  });
}

export function overridesOf(options: TrainVerbOptions): TrainingOverrides {
  const { maxSteps, epochs, batchSize, learningRate, folds, seed } = options;
  return {
    ...(maxSteps !== undefined && { max_steps: maxSteps }),
    ...(epochs !== undefined && { training_num_epochs: epochs }),
    ...(batchSize !== undefined && { training_batch_size: batchSize }),
    ...(learningRate !== undefined && { training_learning_rate: learningRate }),
    ...(folds !== undefined && { n_splits: folds }),
    ...(seed !== undefined && { random_state: seed }),
  };
}

export function outcomeText(jobs: readonly TrainingJob[], models: readonly ModelRow[]): string {
  return jobs
    .map((job) => {
      const model = models.find(({ model_id }) => model_id === job.model_id);
      if (model) return `${model.model_id}: ${model.sentence}`;
      return `${job.model_type}: ${job.state}${job.error_code ? `, ${job.error_code}: ${job.error_message}` : ''}`;
    })
    .join('\n');
}
