import { rmSync } from 'node:fs';
import path from 'node:path';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import { techniquesToAblate } from '../core/ablated-techniques.ts';
import { type Ablation, allCopies } from '../core/ablation.ts';
import { requireTrainable } from '../core/dataset-limits.ts';
import { freeze } from '../core/freeze.ts';
import { ablate } from './ablate.ts';
import { recordAblation } from './ablation-store.ts';
import { baseFolderOf } from './attempt.ts';
import { embeddingKind } from './attempt-kinds.ts';
import type { AttemptOptions } from './attempt-options.ts';
import { bringJob } from './bring-job.ts';
import { readyFor } from './dataset.ts';

const recordAgainMs = 2_000;

/**
 * One attempt at an ablation, in the process and under the lease of a training: everything that is ready is frozen with all
 * copies of the techniques that were asked for, trained with and without each technique, and the verdicts are written down. Trainings that an earlier attempt finished
 * are taken up as long as no new example came.
 * @returns a sentence a technique
 */
export async function ablateJob(options: AttemptOptions): Promise<string> {
  const { job, store, settings, logger, clock } = options;
  const { isOwn, baseVariable } = embeddingKind;
  if (job.modelType !== 'embedding') {
    throw new UserError(
      'MILLRACE_TRAINING_NO_COPIES',
      'copies are made of pairs, which an llm does not learn from: ablate model_type embedding',
    );
  }
  const techniques = techniquesToAblate(job.techniques, settings.augmentation);
  const work = path.resolve(settings.storage.data_dir, 'jobs', job.jobId);
  await bringJob(options, work);
  const ready = await store.read((sql) => readyFor(sql, { line: job, isOwn }));
  const seed = job.overrides.random_state ?? settings.training.random_state;
  const copies = allCopies({ ...settings.augmentation, techniques: [...techniques] });
  // as if no other copy had been made: the arms are compared with what they were in process
  const examples = ready.examples.filter(
    ({ parentId, technique }) =>
      job.techniques === null || parentId === null || techniques.some((own) => own === technique),
  );
  const dataset = freeze({ ...ready, modelType: job.modelType, examples, copies, settings, seed });
  requireTrainable(dataset, job.force);
  const made = await ablate({
    backend: await options.openBackend(),
    baseFolder: baseFolderOf(options, baseVariable),
    originals: dataset.train.filter(({ parentId }) => parentId === null),
    arms: techniques.map((technique) => ({
      technique,
      copies: dataset.train.filter((example) => example.technique === technique),
    })),
    settings,
    seed,
    overrides: job.overrides,
    keepFolder: work,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  const ablation: Ablation = {
    made_at: new Date(clock.now()).toISOString(),
    model_name: job.modelName,
    model_type: 'embedding',
    base: settings.embedding.embedding_model,
    dataset_sha256: dataset.datasetSha256,
    augmentor_revision: ready.revisions.augmentor,
    ...made,
  };
  for (;;) {
    try {
      await recordAblation(store, job, ablation);
      break;
    } catch (error) {
      if (!(error instanceof TransientError) || options.signal.aborted) throw error;
      logger.warning('the ablation waits for the database', { error_code: error.code });
      await clock.sleep(recordAgainMs, options.signal);
    }
  }
  rmSync(work, { recursive: true, force: true });
  return ablation.techniques.map(({ sentence }) => sentence).join('; ');
}
