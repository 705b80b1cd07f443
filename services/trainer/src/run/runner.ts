import { hostname } from 'node:os';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Tracer } from '@millrace/shared/ports/tracer';
import { removeEndedJobs } from './ended-jobs.ts';
import { type ClaimedJob, claimJob } from './job-store.ts';
import { type SuperviseOptions, supervise } from './supervise.ts';

export interface RunnerOptions extends SuperviseOptions {
  /** Take at most one job, and none when none waits. */
  readonly once: boolean;
}

const pollMs = 2_000;

/** Claims jobs and has each trained, one after the other, until the signal is aborted. */
export async function runRunner(options: RunnerOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger, once } = options;
  await removeEndedJobs(options);
  while (!signal.aborted) {
    const job = await nextJob(options);
    if (job !== null) {
      const { jobId, token, attempt, maxAttempts, modelName, modelType } = job;
      const line = logger.with({ job_id: jobId, lease_token: token });
      line.info('job claimed', {
        attempt,
        max_attempts: maxAttempts,
        model_name: modelName,
        model_type: modelType,
      });
      const end = await traced(job, options, (traceparent) =>
        supervise({ ...job, traceparent }, { ...options, logger: line }, signal),
      );
      line.info('attempt ended', { end });
      await removeEndedJobs(options);
    }
    if (once) {
      if (job === null) logger.info('no job waits');
      return;
    }
    if (job === null) await clock.sleep(pollMs, signal);
  }
}

/** The attempt as a span of the trace that asked for the job. */
function traced<T>(
  { jobId, attempt, modelName, modelType, traceparent }: ClaimedJob,
  { tracer }: { readonly tracer: Tracer },
  work: (traceparent: string | null) => Promise<T>,
): Promise<T> {
  const attributes = {
    'millrace.job_id': jobId,
    'millrace.attempt': attempt,
    'millrace.model_line': `${modelName}/${modelType}`,
  };
  return tracer.span({ name: 'train', kind: 'consumer', traceparent, attributes }, () =>
    work(tracer.current() ?? traceparent),
  );
}

async function nextJob({
  store,
  settings,
  logger,
  once,
}: RunnerOptions): Promise<ClaimedJob | null> {
  const owner = `${hostname()}/${process.pid}`;
  try {
    return await store.read((sql) =>
      claimJob(sql, { owner, leaseSeconds: settings.training.lease_seconds }),
    );
  } catch (error) {
    if (once || !(error instanceof TransientError)) throw error;
    logger.warning('the runner waits for the database', { error_code: error.code });
    return null;
  }
}
