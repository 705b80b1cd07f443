import { eventId } from '@millrace/shared/domain/hash';
import type { Transaction } from '@millrace/shared/ports/database';
import type { NewJob } from '../core/accept-request.ts';
import { widenAblations } from './widen-ablation.ts';

/** What became of a job that was asked for. */
export type Queued =
  | { readonly kind: 'new' }
  /** This very request was seen before. */
  | { readonly kind: 'repeated' }
  /** Another job of the line and the kind waits already; it will see all the same examples. */
  | { readonly kind: 'folded' };

const auditId = (action: string, jobId: string): string => eventId(action, jobId);

/**
 * Write the jobs that are new, with an audit row each. A line has one queued job of a kind at most: a second one is folded into it,
 * which is written down too, so that the same request asks for nothing when it comes again; an ablation's techniques join those
 * of the one that waits. Any number, four statements, and two more for each ablation that is folded.
 * @returns one for each job, in order
 */
export async function queueJobs(
  tx: Transaction,
  jobs: readonly NewJob[],
  maxAttempts: number,
): Promise<readonly Queued[]> {
  if (jobs.length === 0) return [];
  const written = await insertJobs(tx, jobs, maxAttempts);
  const others = jobs.map((job) => job.jobId).filter((id) => !written.has(id));
  const known = await tx<{ jobId: string }[]>`
    select job_id as "jobId" from training_jobs where job_id = any(${others}::uuid[])`;
  const knownIds = new Set(known.map((row) => row.jobId));
  const folded = jobs.filter((job) => !written.has(job.jobId) && !knownIds.has(job.jobId));
  await audit(
    tx,
    'job_queued',
    jobs.filter((job) => written.has(job.jobId)),
  );
  const newlyFolded = await audit(tx, 'job_folded', folded);
  await widenAblations(
    tx,
    folded.filter((job) => newlyFolded.has(job.jobId)),
  );
  return jobs.map(({ jobId }) => {
    if (written.has(jobId)) return { kind: 'new' };
    return { kind: newlyFolded.has(jobId) ? 'folded' : 'repeated' };
  });
}

async function insertJobs(
  tx: Transaction,
  jobs: readonly NewJob[],
  maxAttempts: number,
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ jobId: string }[]>`
    insert into training_jobs (job_id, request_id, model_name, model_type, kind, cause, reason, scope, overrides, state,
      max_attempts, progress, traceparent)
    select j.job_id, j.request_id, j.model_name, j.model_type, j.kind, j.cause, j.reason, j.scope::jsonb, j.overrides::jsonb,
      'queued', ${maxAttempts}, '{}'::jsonb, j.traceparent
    from unnest(
      ${jobs.map((job) => job.jobId)}::uuid[],
      ${jobs.map((job) => job.requestId)}::text[],
      ${jobs.map((job) => job.modelName)}::text[],
      ${jobs.map((job) => job.modelType)}::text[],
      ${jobs.map((job) => job.kind)}::text[],
      ${jobs.map((job) => job.cause)}::text[],
      ${jobs.map((job) => job.reason)}::text[],
      ${jobs.map(scopeOf)}::text[],
      ${jobs.map((job) => JSON.stringify(job.overrides))}::text[],
      ${jobs.map((job) => job.traceparent)}::text[],
      ${jobs.map((job) => auditId('job_folded', job.jobId))}::uuid[]
    ) as j(job_id, request_id, model_name, model_type, kind, cause, reason, scope, overrides, traceparent, fold_id)
    where not exists (select 1 from audit a where a.id = j.fold_id)
    on conflict do nothing
    returning job_id as "jobId"`;
  return new Set(rows.map((row) => row.jobId));
}

/** @returns the jobs whose audit row is new */
async function audit(
  tx: Transaction,
  action: 'job_queued' | 'job_folded',
  jobs: readonly NewJob[],
): Promise<ReadonlySet<string>> {
  if (jobs.length === 0) return new Set();
  const rows = await tx<{ subject: string }[]>`
    insert into audit (id, action, subject, detail)
    select * from unnest(
      ${jobs.map((job) => auditId(action, job.jobId))}::uuid[],
      ${jobs.map(() => action)}::text[],
      ${jobs.map((job) => job.jobId)}::text[],
      ${jobs.map(detailOf)}::text[]::jsonb[]
    )
    on conflict (id) do nothing returning subject`;
  return new Set(rows.map((row) => row.subject));
}

const scopeOf = ({ scope, techniques }: NewJob): string =>
  JSON.stringify({ ...scope, ...(techniques !== null && { techniques }) });

const detailOf = (job: NewJob): string =>
  JSON.stringify({
    request_id: job.requestId,
    model_name: job.modelName,
    model_type: job.modelType,
    kind: job.kind,
    cause: job.cause,
    reason: job.reason,
    overrides: job.overrides,
    ...(job.techniques !== null && { techniques: job.techniques }),
  });
