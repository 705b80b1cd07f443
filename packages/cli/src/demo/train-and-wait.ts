import { trainingRequested } from '@millrace/shared/contracts/events';
import { UserError } from '@millrace/shared/domain/errors';
import type { Terminal } from '../conduct/terminal.ts';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import { listModels, type ModelRow } from '../models/model-rows.ts';
import { publishPatiently } from '../publish/publish-patiently.ts';
import { followTraining } from '../train/follow-training.ts';
import { trainingRecord } from '../train/training-request.ts';

export interface TrainOptions {
  readonly requestId: string;
  readonly modelType: 'embedding' | 'llm' | 'all';
  readonly maxSteps: number;
  readonly learningRate: number | undefined;
  readonly check: () => void;
}

/** Asks for a training, shows it, and gives back the registered models. @throws UserError when one is missing at the end */
export async function trainAndWait(
  terminal: Terminal,
  { bus, sql }: OpenFleet,
  { requestId, modelType, maxSteps, learningRate, check }: TrainOptions,
): Promise<readonly ModelRow[]> {
  const request = trainingRequested.parse({
    request_id: requestId,
    model_type: modelType,
    // a first look at the whole path: folds would take longer than the training itself
    overrides: {
      max_steps: maxSteps,
      n_splits: 0,
      ...(learningRate !== undefined && { training_learning_rate: learningRate }),
    },
  });
  const rate = learningRate === undefined ? '' : ` at learning rate ${learningRate}`;
  terminal.say(`training is asked for: at most ${maxSteps} steps${rate}`);
  await publishPatiently([trainingRecord(request, Date.now())], { bus, signal: terminal.signal });
  const progress = terminal.progress();
  const jobs = await followTraining(
    { sql },
    { requestId, progress, signal: terminal.signal, check },
  );
  const models = await listModels(sql);
  const made = models.filter(({ model_id }) => jobs.some((job) => job.model_id === model_id));
  if (made.length === jobs.length) return made;
  const reasons = jobs
    .filter((job) => job.state !== 'succeeded')
    .map(
      (job) => `${job.model_type} training ${job.state}: ${job.error_message ?? job.error_code}`,
    );
  throw new UserError('MILLRACE_TRAINING_FAILED', reasons.join('\n'));
}
