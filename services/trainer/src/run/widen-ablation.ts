import { trainingRequested } from '@millrace/shared/contracts/events';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import { z } from 'zod';
import { bothTechniques } from '../core/ablated-techniques.ts';
import type { NewJob } from '../core/accept-request.ts';

export const askedTechniques = trainingRequested.shape.techniques.unwrap().readonly().nullable();
const queuedJob = z.object({ jobId: z.string(), techniques: askedTechniques });

/**
 * Ablations that were folded into the queued one of their line ask about their techniques too: that one then covers them.
 * @throws TransientError when it does not wait any more: asked again, the request becomes a job of its own
 */
export async function widenAblations(tx: Transaction, folded: readonly NewJob[]): Promise<void> {
  for (const { kind, modelName, modelType, techniques } of folded) {
    if (kind !== 'ablation') continue;
    const [row] = await tx`
      select job_id::text as "jobId", scope->'techniques' as techniques from training_jobs
      where kind = 'ablation' and model_name = ${modelName} and model_type = ${modelType} and state = 'queued' for update`;
    if (row === undefined)
      throw new TransientError(
        'MILLRACE_TRAINING_JOB_STARTED',
        'the queued ablation of the line has begun meanwhile',
      );
    const queued = queuedJob.parse(row);
    const all = bothTechniques(queued.techniques, techniques);
    await tx`
      update training_jobs set scope = case when ${all === null}::boolean then scope - 'techniques'
        else jsonb_set(scope, '{techniques}', ${JSON.stringify(all ?? [])}::text::jsonb) end
      where job_id = ${queued.jobId}`;
  }
}
