import type { ModelType } from '@millrace/shared/domain/example';
import type { Sql } from '@millrace/shared/ports/database';
import type { TriggerFacts } from '../core/trigger.ts';

export interface LineFacts extends TriggerFacts {
  /** Names the first example that no job has seen, so that two schedulers ask for the same job. */
  readonly firstReady: string | null;
}

/** What the trigger decides by, of one model line; one query, on the database clock. */
export async function triggerFacts(
  sql: Sql,
  { modelName, modelType }: { readonly modelName: string; readonly modelType: ModelType },
): Promise<LineFacts> {
  const isLlm = modelType === 'llm';
  const [row] = await sql<
    {
      examples: number;
      quiet: number;
      waiting: number;
      first: string | null;
      queued: number;
      running: number;
    }[]
  >`
    with line as (
      select coalesce(max(greatest(j.created_at, d.created_at)) filter (where j.kind = 'training'), '-infinity') as seen,
        count(*) filter (where j.state = 'queued')::int as queued,
        count(*) filter (where j.state = 'running')::int as running
      from training_jobs j left join datasets d on d.sha256 = j.dataset_sha256
      where j.model_name = ${modelName} and j.model_type = ${modelType}
    )
    , ready as (
      select ready_at, case when ${isLlm} then chats else pairs end as examples from augmentations
    )
    select coalesce(sum(a.examples), 0)::int as examples,
      coalesce(extract(epoch from clock_timestamp() - max(a.ready_at)), 0)::float8 as quiet,
      coalesce(extract(epoch from clock_timestamp() - min(a.ready_at)), 0)::float8 as waiting,
      min(a.ready_at)::text as first, line.queued, line.running
    from line left join ready a on a.ready_at > line.seen and a.examples > 0
    group by line.queued, line.running`;
  return {
    newExamples: row?.examples ?? 0,
    secondsQuiet: row?.quiet ?? 0,
    secondsWaiting: row?.waiting ?? 0,
    firstReady: row?.first ?? null,
    queuedJobs: row?.queued ?? 0,
    runningJobs: row?.running ?? 0,
  };
}

/** Trace of the first session, from this moment on, that made examples and has one; the training continues it. */
export async function firstTraceparent(sql: Sql, since: string | null): Promise<string | null> {
  if (since === null) return null;
  const [row] = await sql<{ traceparent: string }[]>`
    select s.traceparent from augmentations a join sessions s using (source, session_id, version)
    where a.ready_at >= ${since}::text::timestamptz and a.pairs > 0 and s.traceparent is not null
    order by a.ready_at limit 1`;
  return row?.traceparent ?? null;
}
