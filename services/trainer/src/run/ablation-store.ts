import type { Sql } from '@millrace/shared/ports/database';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import { z } from 'zod';
import type { Ablation } from '../core/ablation.ts';
import { ablationSchema } from './ablation-schema.ts';
import { type ClaimedJob, succeed } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';

const row = z.object({ result: ablationSchema });

/** The ablations of a line, oldest first. */
export async function ablationsOf(
  sql: Sql,
  { modelName, modelType }: Pick<ClaimedJob, 'modelName' | 'modelType'>,
): Promise<readonly Ablation[]> {
  const rows = await sql`
    select result from ablations where model_name = ${modelName} and model_type = ${modelType}
    order by created_at, job_id`;
  return rows.map((found) => row.parse(found).result);
}

/**
 * The job ends, and what it came to is there, in one transaction under the token. May be called again when it is not known
 * whether it was committed.
 * @throws LeaseLost when another attempt holds the job; nothing is written then
 */
export async function recordAblation(
  store: DeliveryStore,
  job: ClaimedJob,
  ablation: Ablation,
): Promise<void> {
  await store.transaction(async (tx) => {
    if (!(await succeed(tx, job, null))) {
      const [own] = await tx`
        select 1 from ablations where job_id = ${job.jobId} and lease_token = ${job.token}`;
      if (own !== undefined) return;
      throw new LeaseLost(job);
    }
    await tx`
      insert into ablations (job_id, lease_token, model_name, model_type, result)
      values (${job.jobId}, ${job.token}, ${job.modelName}, ${job.modelType}, ${JSON.stringify(ablation)}::text::jsonb)`;
  });
}
