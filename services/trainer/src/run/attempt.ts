import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PoisonError, TransientError, UserError } from '@millrace/shared/domain/errors';
import type { Example } from '@millrace/shared/domain/example';
import { forcedNotes, requireTrainable } from '../core/dataset-limits.ts';
import { type AttemptKind, embeddingKind, llmKind } from './attempt-kinds.ts';
import type { AttemptOptions } from './attempt-options.ts';
import type { AttemptPlace } from './attempt-place.ts';
import { bringJob, dropCheckpoints } from './bring-job.ts';
import { championOf } from './champion.ts';
import { otherRun } from './checkpoints.ts';
import { jobDataset } from './dataset.ts';
import { earlierLooks } from './holdout-looks.ts';
import { LeaseLost } from './lease-lost.ts';
import { discardModel, publishModel } from './publish-model.ts';
import { examplesErased, type Registration, registerModel } from './register-model.ts';
import { sessionFactsOf } from './session-facts-store.ts';
import type { TrainOptions } from './train-options.ts';
import type { TrainedModel } from './trained-model.ts';
import { settingsRead, surroundingsOf, type TrainingInputs } from './training-inputs.ts';

export interface AttemptResult {
  readonly modelId: string;
  readonly trained: TrainedModel;
}

const registerAgainMs = 2_000;

/** One attempt at a job: freeze or take up the dataset, cross-validate if asked for, train, evaluate, export, register. */
export const attempt = (options: AttemptOptions): Promise<AttemptResult> =>
  options.job.modelType === 'llm' ? attemptOf(llmKind, options) : attemptOf(embeddingKind, options);

async function attemptOf<E extends Example>(
  kind: AttemptKind<E>,
  options: AttemptOptions,
): Promise<AttemptResult> {
  const { job, logger } = options;
  const work = workFolder(options);
  await bringJob(options, work);
  const dataset = await jobDataset({ ...options, isOwn: kind.isOwn });
  const { frozen, result } = dataset;
  logger.info(result === null ? 'dataset taken up again' : 'dataset frozen', {
    dataset_sha256: frozen.datasetSha256,
    train: frozen.train.length,
    holdout: frozen.holdout.length,
  });
  if (result !== null) requireTrainable(result, job.force);
  await refuseRepetition(options, frozen.datasetSha256);
  const baseFolder = baseFolderOf(options, kind.baseVariable);
  const backend = await options.openBackend();
  const place = { backend, baseFolder, dataset, workFolder: work };
  const crossValidation = (await kind.crossValidate?.(options, place)) ?? null;
  const champion = await championOf(options);
  const surroundings = surroundingsOf(baseFolder, backend);
  const notes = [...dataset.notes, ...forcedNotes({ problems: result?.problems ?? [] })];
  const compared = { championFolder: champion?.folder ?? null, notes };
  const made = await train(kind, options, { ...place, ...compared });
  const trained = await publishModel(made, options);
  const inputs: TrainingInputs = {
    ...surroundings,
    settings: settingsRead(options.settings),
    overrides: job.overrides,
    found: trained.found,
    notes,
    champion: champion?.modelId ?? null,
  };
  try {
    const modelId = await register(options, { dataset, trained, inputs, crossValidation });
    rmSync(work, { recursive: true, force: true });
    return { modelId, trained };
  } catch (error) {
    if (error instanceof LeaseLost || isErased(error)) await discardModel(trained, options);
    if (isErased(error)) rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

/** What it learnt from was forgotten while it trained: its weights are not kept either, nor are its checkpoints. */
const isErased = (error: unknown): boolean =>
  error instanceof PoisonError && error.code === examplesErased;

/** Waits out a database that is down: hours of training are not given up for a minute without it. */
async function register(
  { job, store, clock, logger, signal }: AttemptOptions,
  made: Omit<Registration, 'job' | 'nowMs'>,
): Promise<string> {
  for (;;) {
    try {
      return await registerModel(store, { job, ...made, nowMs: clock.now() });
    } catch (error) {
      if (!(error instanceof TransientError) || signal.aborted) throw error;
      logger.warning('the model waits for the database', { error_code: error.code });
      await clock.sleep(registerAgainMs, signal);
    }
  }
}

async function train<E extends Example>(
  kind: AttemptKind<E>,
  options: AttemptOptions,
  place: AttemptPlace<E> & Required<Pick<TrainOptions<E>, 'championFolder' | 'notes'>>,
): Promise<TrainedModel> {
  const { job, settings, logger, store } = options;
  const { backend, baseFolder, championFolder, notes, dataset, workFolder: work } = place;
  const { holdoutSha256, holdout } = dataset.frozen;
  const { jobId } = job;
  const own = path.join(work, `token-${job.token}`);
  mkdirSync(own, { recursive: true });
  const run: TrainOptions<E> = {
    backend,
    baseFolder,
    championFolder,
    frozen: dataset.frozen,
    facts: await store.read((sql) => sessionFactsOf(sql, holdout)),
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
    earlierLooks: await store.read((sql) => earlierLooks(sql, { holdoutSha256, jobId })),
    notes,
    onProgress: options.onProgress,
    onCheckpoint: options.onCheckpoint,
    signal: options.signal,
  };
  const attempts = readdirSync(work).filter((name) => name.startsWith('token-'));
  const earlierCheckpoints = attempts.map((name) => path.join(work, name));
  try {
    return await kind.train({ ...run, earlierCheckpoints });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== otherRun) throw error;
    // the settings were changed between two attempts: what was trained with the old ones is of no use
    logger.warning('the checkpoints of earlier attempts are of other settings: begun anew');
    for (const folder of earlierCheckpoints) rmSync(folder, { recursive: true, force: true });
    await dropCheckpoints(options);
    return await kind.train(run);
  }
}

/** @throws UserError when no folder is named, or the one that is named is not there */
export function baseFolderOf({ job, baseFolders }: AttemptOptions, variable: string): string {
  const folder = baseFolders[job.modelType];
  if (folder !== null && existsSync(folder)) return folder;
  throw new UserError(
    'MILLRACE_INPUT_BASE_MODEL',
    folder === null
      ? `no base model for ${job.modelType}: set storage.models_root_dir, or ${variable} to a folder`
      : `the folder of the base model does not exist: ${folder} (${variable}, storage.models_root_dir)`,
    { exitCode: 2 },
  );
}

const workFolder = ({ job, settings }: AttemptOptions): string =>
  path.resolve(settings.storage.data_dir, 'jobs', job.jobId);

/** An automatic run on a dataset that its line has trained on already would only make the same model again. */
async function refuseRepetition({ job, store }: AttemptOptions, sha256: string): Promise<void> {
  if (job.cause !== 'trigger') return;
  const [same] = await store.read(
    (sql) => sql`
      select 1 from training_jobs where state = 'succeeded' and kind = 'training' and dataset_sha256 = ${sha256}
        and model_name = ${job.modelName} and model_type = ${job.modelType} limit 1`,
  );
  if (same !== undefined) {
    throw new UserError(
      'MILLRACE_TRAINING_NOTHING_NEW',
      `the dataset ${sha256} was trained on before: the new examples changed nothing in it`,
    );
  }
}
