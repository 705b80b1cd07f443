/**
 * Training jobs under a lease.
 *
 * States: queued (waits for a runner) -> running (held under a lease; an expired lease, or one that was given back or
 * backs off, waits for the next runner) -> succeeded | blocked (the data or the request must change) | failed.
 * At most one queued job of a kind and one running job a model line (unique indexes).
 * Every claim raises the fencing token; every write names it, so an attempt that lost its lease can write nothing.
 * All moments are of the database clock.
 */
import { type TrainingOverrides, trainingOverrides } from '@millrace/shared/contracts/events';
import { modelType } from '@millrace/shared/contracts/identity';
import type { ModelType } from '@millrace/shared/domain/example';
import type { Sql, Transaction } from '@millrace/shared/ports/database';
import { z } from 'zod';
import type { AskedTechniques } from '../core/ablated-techniques.ts';
import { type JobKind, jobKinds } from '../core/accept-request.ts';
import type { TrainingProgress } from './progress.ts';
import { askedTechniques } from './widen-ablation.ts';

/** One attempt at a job: who holds the token may write. */
export interface Lease {
  readonly jobId: string;
  readonly token: number;
}

export interface ClaimedJob extends Lease {
  readonly requestId: string;
  readonly modelName: string;
  readonly modelType: ModelType;
  readonly kind: JobKind;
  readonly cause: 'request' | 'trigger';
  readonly force: boolean;
  /** Of an ablation: what it is about. */
  readonly techniques: AskedTechniques;
  readonly overrides: TrainingOverrides;
  /** This one counted, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Of an earlier attempt: the dataset to go on with. */
  readonly datasetSha256: string | null;
  /** Trace that the attempt continues; null: none asked for it. */
  readonly traceparent: string | null;
}

export const claimedJobSchema = z.object({
  jobId: z.string(),
  token: z.int(),
  requestId: z.string(),
  modelName: z.string(),
  modelType,
  kind: z.enum(jobKinds),
  cause: z.enum(['request', 'trigger']),
  force: z.boolean(),
  techniques: askedTechniques,
  overrides: trainingOverrides,
  attempt: z.int(),
  maxAttempts: z.int(),
  datasetSha256: z.string().nullable(),
  traceparent: z.string().nullable(),
}) satisfies z.ZodType<ClaimedJob>;

/**
 * Take the next job: one whose lease ran out before a queued one, then the oldest. Two runners never get the same.
 * @returns null when nothing waits
 */
export async function claimJob(
  sql: Sql,
  { owner, leaseSeconds }: { readonly owner: string; readonly leaseSeconds: number },
): Promise<ClaimedJob | null> {
  const [row] = await sql`
    update training_jobs j
    set state = 'running', lease_token = j.lease_token + 1, lease_owner = ${owner}, attempt = j.attempt + 1,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), error_code = null, error_message = null,
      moved_at = clock_timestamp()
    where j.job_id = (
      select c.job_id from training_jobs c
      where c.attempt < c.max_attempts and (
        (c.state = 'running' and c.lease_until < clock_timestamp())
        or (c.state = 'queued' and c.not_before <= clock_timestamp() and not exists (
          select 1 from training_jobs r
          where r.state = 'running' and r.model_name = c.model_name and r.model_type = c.model_type)))
      order by c.state desc, c.created_at
      for update skip locked limit 1)
    returning j.job_id as "jobId", j.lease_token as token, j.request_id as "requestId", j.model_name as "modelName",
      j.model_type as "modelType", j.kind, j.cause, coalesce((j.scope->>'force')::boolean, false) as force,
      j.scope->'techniques' as techniques, j.overrides,
      j.attempt, j.max_attempts as "maxAttempts", j.dataset_sha256 as "datasetSha256", j.traceparent`;
  return row === undefined ? null : claimedJobSchema.parse(row);
}

/** Hold on for another `leaseSeconds`. @returns false when the lease is lost: stop at once */
export async function renewLease(sql: Sql, lease: Lease, leaseSeconds: number): Promise<boolean> {
  const rows = await sql`
    update training_jobs set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** Whether the job ended well under this very lease: a renewal is refused then, and nothing is lost. */
export async function hasSucceeded(sql: Sql, lease: Lease): Promise<boolean> {
  const rows = await sql`
    select 1 from training_jobs
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'succeeded'`;
  return rows.length === 1;
}

export async function writeProgress(
  sql: Sql,
  lease: Lease,
  { progress, checkpoint }: { progress: TrainingProgress | null; checkpoint: string | null },
): Promise<boolean> {
  const rows = await sql`
    update training_jobs j set progress = n.progress, checkpoint = n.checkpoint,
      moved_at = case when n.progress = j.progress then j.moved_at else clock_timestamp() end,
      checkpoint_at = case when n.checkpoint is not distinct from j.checkpoint then j.checkpoint_at else clock_timestamp() end
    from (
      select job_id, coalesce(${progress === null ? null : JSON.stringify(progress)}::text::jsonb, progress) as progress,
        coalesce(${checkpoint}, checkpoint) as checkpoint
      from training_jobs where job_id = ${lease.jobId}) n
    where j.job_id = n.job_id and j.lease_token = ${lease.token} and j.state = 'running' returning 1`;
  return rows.length === 1;
}

/** Hand a job back at a stop: the next runner takes it at once, and the attempt does not count. */
export async function giveBack(sql: Sql, lease: Lease): Promise<boolean> {
  const rows = await sql`
    update training_jobs set lease_owner = null, lease_until = clock_timestamp(), attempt = attempt - 1
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The attempt failed and another may succeed: the next runner takes the job when the wait is over. */
export async function retryLater(
  sql: Sql,
  lease: Lease,
  { code, message, waitSeconds }: Failure & { readonly waitSeconds: number },
): Promise<boolean> {
  const rows = await sql`
    update training_jobs set lease_owner = null, error_code = ${code}, error_message = ${message},
      lease_until = clock_timestamp() + make_interval(secs => ${waitSeconds})
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** The job ends without a model: `blocked` when data or request must change, else `failed`. */
export async function endJob(
  sql: Sql,
  lease: Lease,
  { state, code, message }: Failure & { readonly state: 'blocked' | 'failed' },
): Promise<boolean> {
  const rows = await sql`
    update training_jobs set state = ${state}, lease_owner = null, lease_until = null, error_code = ${code},
      error_message = ${message}, finished_at = clock_timestamp()
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** The dataset that an attempt froze; the next attempt goes on with it. */
export async function setDataset(tx: Transaction, lease: Lease, sha256: string): Promise<boolean> {
  const rows = await tx`
    update training_jobs set dataset_sha256 = ${sha256}
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** @param modelId null: the job was no training */
export async function succeed(
  tx: Transaction,
  lease: Lease,
  modelId: string | null,
): Promise<boolean> {
  const rows = await tx`
    update training_jobs set state = 'succeeded', model_id = ${modelId}, lease_owner = null, lease_until = null,
      finished_at = clock_timestamp()
    where job_id = ${lease.jobId} and lease_token = ${lease.token} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** End the jobs whose every attempt ran out of its lease: nobody would claim them again. @returns their ids */
export async function reapExhausted(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ jobId: string }[]>`
    update training_jobs set state = 'failed', lease_owner = null, lease_until = null, finished_at = clock_timestamp(),
      error_code = coalesce(error_code, 'MILLRACE_TRAINING_ATTEMPTS_EXHAUSTED'),
      error_message = 'all ' || max_attempts || ' attempts ended' || coalesce(': ' || error_message, ' without a word')
    where state = 'running' and attempt >= max_attempts and lease_until < clock_timestamp()
    returning job_id as "jobId"`;
  return rows.map((row) => row.jobId);
}
