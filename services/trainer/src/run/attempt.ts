import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import { requireTrainable } from '../core/dataset-limits.ts';
import { otherRun } from './checkpoints.ts';
import { crossValidateJob } from './cross-validate-job.ts';
import { type JobDataset, jobDataset } from './dataset.ts';
import { earlierLooks } from './holdout-looks.ts';
import type { ClaimedJob } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import type { TrainingProgress } from './progress.ts';
import { type Registration, registerModel } from './register-model.ts';
import { type TrainedModel, trainEmbedding } from './train-embedding.ts';

export interface AttemptOptions {
  readonly job: ClaimedJob;
  readonly store: DeliveryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder of the model to begin with. */
  readonly baseFolder: string;
  /** Loads the library that computes: only once there is something to train. */
  readonly openBackend: () => Promise<Backend>;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onCheckpoint: (folder: string) => void;
  readonly signal: AbortSignal;
}

export interface AttemptResult {
  readonly modelId: string;
  readonly trained: TrainedModel;
}

const registerAgainMs = 2_000;

/** One attempt at a job: freeze or take up the dataset, cross-validate if asked for, train, evaluate, export, register. */
export async function attempt(options: AttemptOptions): Promise<AttemptResult> {
  const { job, store, settings, logger } = options;
  const dataset = await jobDataset({ job, store, settings });
  const { frozen, result } = dataset;
  logger.info(result === null ? 'dataset taken up again' : 'dataset frozen', {
    dataset_sha256: frozen.datasetSha256,
    train: frozen.train.length,
    holdout: frozen.holdout.length,
  });
  if (result !== null) requireTrainable(result, job.force);
  await refuseRepetition(options, frozen.datasetSha256);
  if (!existsSync(options.baseFolder)) {
    throw new UserError(
      'MILLRACE_INPUT_BASE_MODEL',
      `the folder of the base model does not exist: ${options.baseFolder} (MILLRACE_BASE_MODEL, storage.models_root_dir)`,
      { exitCode: 2 },
    );
  }
  const backend = await options.openBackend();
  const work = workFolder(options);
  const crossValidation = await crossValidateJob(options, { backend, dataset, workFolder: work });
  const trained = await train(options, dataset, backend);
  try {
    const modelId = await register(options, { dataset, trained, crossValidation });
    rmSync(work, { recursive: true, force: true });
    return { modelId, trained };
  } catch (error) {
    if (error instanceof LeaseLost) rmSync(trained.path, { recursive: true, force: true });
    throw error;
  }
}

/** Waits out a database that is down: hours of training are not given up for a minute without it. */
async function register(
  { job, store, settings, clock, logger, signal }: AttemptOptions,
  made: Pick<Registration, 'dataset' | 'trained' | 'crossValidation'>,
): Promise<string> {
  for (;;) {
    try {
      return await registerModel(store, { job, ...made, settings, nowMs: clock.now() });
    } catch (error) {
      if (!(error instanceof TransientError) || signal.aborted) throw error;
      logger.warning('the model waits for the database', { error_code: error.code });
      await clock.sleep(registerAgainMs, signal);
    }
  }
}

async function train(
  options: AttemptOptions,
  dataset: JobDataset,
  backend: Backend,
): Promise<TrainedModel> {
  const { job, settings, logger } = options;
  const { holdoutSha256 } = dataset.frozen;
  const { jobId } = job;
  const work = workFolder(options);
  const own = path.join(work, `token-${job.token}`);
  mkdirSync(own, { recursive: true });
  const forced =
    (dataset.result?.problems ?? []).length > 0
      ? ['trained by force, against a limit of the dataset']
      : [];
  const run = {
    backend,
    baseFolder: options.baseFolder,
    championFolder: await championFolder(options),
    frozen: dataset.frozen,
    settings,
    overrides: job.overrides,
    outFolder: path.resolve(
      settings.storage.model_dir,
      job.modelName,
      job.modelType,
      `run-${job.token}-${job.jobId}`,
    ),
    checkpointFolder: own,
    scoreFolder: work,
    revisions: dataset.revisions,
    earlierLooks: await options.store.read((sql) => earlierLooks(sql, { holdoutSha256, jobId })),
    notes: [...dataset.notes, ...forced],
    onProgress: options.onProgress,
    onCheckpoint: options.onCheckpoint,
    signal: options.signal,
  };
  const attempts = readdirSync(work).filter((name) => name.startsWith('token-'));
  const earlierCheckpoints = attempts.map((name) => path.join(work, name));
  try {
    return await trainEmbedding({ ...run, earlierCheckpoints });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== otherRun) throw error;
    // the settings were changed between two attempts: what was trained with the old ones is of no use
    logger.warning('the checkpoints of earlier attempts are of other settings: begun anew');
    for (const folder of earlierCheckpoints) rmSync(folder, { recursive: true, force: true });
    return await trainEmbedding(run);
  }
}

const workFolder = ({ job, settings }: AttemptOptions): string =>
  path.resolve(settings.storage.data_dir, 'jobs', job.jobId);

/** An automatic run on a dataset that its line has trained on already would only make the same model again. */
async function refuseRepetition({ job, store }: AttemptOptions, sha256: string): Promise<void> {
  if (job.cause !== 'trigger') return;
  const [same] = await store.read(
    (sql) => sql`
      select 1 from training_jobs where state = 'succeeded' and dataset_sha256 = ${sha256}
        and model_name = ${job.modelName} and model_type = ${job.modelType} limit 1`,
  );
  if (same !== undefined) {
    throw new UserError(
      'MILLRACE_TRAINING_NOTHING_NEW',
      `the dataset ${sha256} was trained on before: the new examples changed nothing in it`,
    );
  }
}

async function championFolder({ job, store }: AttemptOptions): Promise<string | null> {
  const [row] = await store.read(
    (sql) => sql<{ path: string; modelId: string }[]>`
      select m.path, m.model_id as "modelId" from aliases a join models m using (model_id)
      where a.model_name = ${job.modelName} and a.model_type = ${job.modelType} and a.alias = 'champion'`,
  );
  if (row === undefined) return null;
  if (existsSync(row.path)) return row.path;
  throw new UserError(
    'MILLRACE_TRAINING_CHAMPION_MISSING',
    `the folder of the model in use, ${row.modelId}, is gone: ${row.path}; bring it back or move the alias`,
  );
}
