import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { CrossValidation } from '../core/cross-validation.ts';
import { crossValidate } from './cross-validate.ts';
import type { JobDataset } from './dataset.ts';
import type { ClaimedJob } from './job-store.ts';
import type { TrainingProgress } from './progress.ts';
import { sessionFactsOf } from './session-facts-store.ts';

interface JobOptions {
  readonly job: ClaimedJob;
  readonly store: DeliveryStore;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly baseFolder: string;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly signal: AbortSignal;
}

interface JobCrossValidation {
  readonly backend: Backend;
  readonly dataset: JobDataset;
  /** Outlives the attempt: finished folds are kept there. */
  readonly workFolder: string;
}

/**
 * The cross-validation of a job that somebody asked for; null for an automatic one, whose budget has no room for it. It runs
 * in the attempt's process, so the lease is renewed, a stop is heard between two steps, and finished folds are not repeated.
 */
export async function crossValidateJob(
  options: JobOptions,
  { backend, dataset, workFolder }: JobCrossValidation,
): Promise<CrossValidation | null> {
  const { job, store, settings, logger } = options;
  if (job.cause !== 'request') return null;
  const { frozen } = dataset;
  const made = await crossValidate({
    backend,
    baseFolder: options.baseFolder,
    frozen,
    facts: await store.read((sql) => sessionFactsOf(sql, frozen.train)),
    settings,
    overrides: job.overrides,
    keepFolder: workFolder,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  logger.info('cross-validated', {
    strategy: made.strategy,
    n_splits: made.n_splits,
    taken_up: made.folds.filter(({ cache }) => cache === 'hit').length,
    mrr: made.mean['mrr@10'] ?? null,
    notes: made.notes.join('; '),
  });
  return made;
}
