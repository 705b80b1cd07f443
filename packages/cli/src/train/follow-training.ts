import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '@millrace/shared/domain/errors';
import type { Progress, Standing } from '../conduct/progress.ts';
import { duration } from '../conduct/progress.ts';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import { isOver, jobsOfRequest, type TrainingJob } from './training-job.ts';

export interface FollowOptions {
  readonly requestId: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Milliseconds until the scheduler must have taken the request, default 60 000. */
  readonly acceptMs?: number;
  /** Throws when the fleet itself is at fault. */
  readonly check?: () => void;
}

/** Shows a training until it is over. @throws UserError when nobody takes the request */
export async function followTraining(
  { sql }: Pick<OpenFleet, 'sql'>,
  options: FollowOptions,
): Promise<readonly TrainingJob[]> {
  const { requestId, progress, signal, acceptMs = 60_000, check } = options;
  const askedAt = performance.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      check?.();
      const jobs = await jobsOfRequest(sql, requestId);
      if (jobs.length > 0 && jobs.every(isOver)) return jobs;
      const running =
        jobs.find(({ state }) => state === 'running') ?? jobs.find((job) => !isOver(job));
      if (running) progress.update(standingOf(running));
      if (jobs.length === 0 && performance.now() - askedAt > acceptMs) {
        throw new UserError(
          'MILLRACE_TRAINING_NOT_ACCEPTED',
          `the scheduler has not taken request ${requestId} within ${acceptMs / 1000} s: does the trainer run? (millrace status)`,
        );
      }
      await delay(500, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    progress.end();
  }
}

function standingOf({ state, progress, model_type }: TrainingJob): Standing {
  const { phase } = progress;
  if (state === 'queued' || phase === undefined)
    return { label: `${model_type}: waiting for the runner`, done: 0, total: null, unit: 'steps' };
  return trainingStanding({ ...progress, phase });
}

/** How a training is shown, wherever it runs. */
export function trainingStanding(
  progress: TrainingJob['progress'] & { readonly phase: string },
): Standing {
  const notes = [
    progress.loss == null ? null : `loss ${progress.loss.toFixed(4)}`,
    progress.tokens_per_second == null ? null : `${progress.tokens_per_second} tokens/s`,
    progress.eta_seconds == null ? null : `${duration(progress.eta_seconds * 1000)} left`,
  ];
  return {
    label: progress.phase,
    done: progress.step ?? 0,
    total: progress.total_steps ?? null,
    unit: progress.phase === 'train' || progress.phase === 'ablation' ? 'steps' : 'texts',
    note: notes.filter((note) => note !== null).join(', '),
    rates: false,
  };
}
