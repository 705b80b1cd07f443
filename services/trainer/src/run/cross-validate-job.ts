import type { PairExample } from '@millrace/shared/domain/example';
import type { CrossValidation } from '../core/cross-validation.ts';
import type { AttemptOptions } from './attempt-options.ts';
import type { AttemptPlace } from './attempt-place.ts';
import { crossValidate } from './cross-validate.ts';
import { sessionFactsOf } from './session-facts-store.ts';

/**
 * The cross-validation of a job that somebody asked for; null for an automatic one, whose budget has no room for it. It runs
 * in the attempt's process, so the lease is renewed, a stop is heard between two steps, and finished folds are not repeated.
 */
export async function crossValidateJob(
  options: AttemptOptions,
  { backend, baseFolder, dataset, workFolder }: AttemptPlace<PairExample>,
): Promise<CrossValidation | null> {
  const { job, store, settings, logger } = options;
  if (job.cause !== 'request') return null;
  const { frozen } = dataset;
  const made = await crossValidate({
    backend,
    baseFolder,
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
