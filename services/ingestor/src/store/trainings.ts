import type { Sql, Transaction } from '@millrace/shared/ports/database';
import {
  type ModelList,
  modelList,
  type TrainingStatus,
  trainingStatus,
} from '../http/documents.ts';

const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

/** Writes down that a training was asked for: it can be asked about before the trainer has taken it. */
export async function recordRequest(
  tx: Transaction,
  request: { readonly id: string; readonly auditId: string; readonly source: string },
): Promise<void> {
  await tx`
    insert into audit (id, action, subject, detail)
    values (${request.auditId}, 'training_requested', ${request.id},
      jsonb_build_object('source', ${request.source}::text))
    on conflict (id) do nothing`;
}

/** The jobs of a request; null when nobody asked by this id. */
export async function readTraining(sql: Sql, requestId: string): Promise<TrainingStatus | null> {
  const jobs = await sql`
    select job_id, model_name, model_type, state, reason, attempt, progress, dataset_sha256, model_id,
      error_code, error_message,
      to_char(created_at at time zone 'UTC', ${iso}) as created_at,
      to_char(finished_at at time zone 'UTC', ${iso}) as finished_at
    from training_jobs where request_id = ${requestId} order by model_type`;
  if (jobs.length === 0) {
    const [asked] = await sql`
      select 1 from audit where action = 'training_requested' and subject = ${requestId} limit 1`;
    if (asked === undefined) return null;
  }
  return trainingStatus.parse({ request_id: requestId, jobs: [...jobs] });
}

/** The newest models, at most a thousand. */
export async function readModels(sql: Sql): Promise<ModelList> {
  const models = await sql`
    select m.model_id, m.model_name, m.model_type, m.path, m.base, m.dataset_sha256, m.manifest_sha256, m.metrics,
      m.decision, m.sentence, to_char(m.created_at at time zone 'UTC', ${iso}) as created_at,
      coalesce((select array_agg(alias order by alias) from aliases a where a.model_id = m.model_id), '{}') as aliases
    from models m order by m.created_at desc, m.model_id limit 1000`;
  return modelList.parse({ models: [...models] });
}
