import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import type { Logger } from '@millrace/shared/ports/logger';
import { defineStage } from '@millrace/shared/runtime/stage';
import { acceptRequest } from './core/accept-request.ts';
import { queueJobs } from './run/job-queue.ts';

export interface TrainingStageOptions {
  readonly settings: Settings;
  readonly logger: Logger;
}

/** Requests become job rows; nothing is trained here. */
export const requestStage = ({ settings, logger }: TrainingStageOptions) =>
  defineStage({
    name: 'trainer',
    consumes: topics.trainingRequested,
    produces: [],
    load: async () => null,
    decide: (event) => acceptRequest(event.data, event.envelope.traceparent),
    save: async (decided, tx) => {
      const jobs = decided.flatMap(({ decision }) => decision);
      const queued = await queueJobs(tx, jobs, settings.training.max_attempts);
      const kindOf = new Map(jobs.map((job, i) => [job, queued[i]?.kind]));
      for (const [job, kind] of kindOf) {
        const fields = {
          job_id: job.jobId,
          request_id: job.requestId,
          model_name: job.modelName,
          model_type: job.modelType,
        };
        if (kind === 'new') logger.info('training queued', fields);
        else if (kind === 'folded')
          logger.info('training folded into the job that is queued for its line', fields);
      }
      return {
        outcomes: decided.map(({ decision }) =>
          decision.every((job) => kindOf.get(job) === 'repeated') ? 'duplicate' : 'applied',
        ),
        outputs: [],
      };
    },
  });

/** New examples wake the trigger; how many there are is read from the database. */
export const examplesStage = (wake: () => void) =>
  defineStage({
    name: 'trainer',
    consumes: topics.examplesReady,
    produces: [],
    load: async () => null,
    decide: () => null,
    save: async (decided) => {
      wake();
      return { outcomes: decided.map(() => 'noted' as const), outputs: [] };
    },
  });
