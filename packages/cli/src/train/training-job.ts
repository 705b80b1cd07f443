import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';

const progress = z.object({
  phase: z.string().optional(),
  step: z.number().optional(),
  total_steps: z.number().optional(),
  loss: z.number().nullish(),
  tokens_per_second: z.number().nullish(),
  eta_seconds: z.number().nullish(),
});

const job = z.object({
  job_id: z.string(),
  request_id: z.string(),
  model_name: z.string(),
  model_type: z.string(),
  kind: z.enum(['training', 'ablation']),
  state: z.enum(['queued', 'running', 'succeeded', 'blocked', 'failed']),
  attempt: z.number(),
  max_attempts: z.number(),
  progress,
  dataset_sha256: z.string().nullable(),
  model_id: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
});
export type TrainingJob = z.infer<typeof job>;

/** The jobs of a request: its own, or the queued ones of its line into which it was folded. Empty: not accepted yet. */
export async function jobsOfRequest(sql: Sql, requestId: string): Promise<TrainingJob[]> {
  const rows = await sql`
    select j.job_id::text, j.request_id, j.model_name, j.model_type, j.kind, j.state, j.attempt, j.max_attempts, j.progress,
      j.dataset_sha256, j.model_id, j.error_code, j.error_message
    from training_jobs j
    where j.request_id = ${requestId} or exists (
      select 1 from audit a where a.action = 'job_folded' and a.detail->>'request_id' = ${requestId}
        and a.detail->>'model_name' = j.model_name and a.detail->>'model_type' = j.model_type
        and coalesce(a.detail->>'kind', 'training') = j.kind
        and j.created_at <= a.at and coalesce(j.finished_at, a.at) >= a.at)
    order by j.created_at`;
  return rows.map((row) => job.parse(row));
}

export const isOver = ({ state }: TrainingJob): boolean =>
  state !== 'queued' && state !== 'running';
