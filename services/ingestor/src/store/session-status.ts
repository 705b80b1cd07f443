import type { Sql } from '@millrace/shared/ports/database';
import { type SessionStatus, sessionStatus } from '../http/documents.ts';

/** Sources that have a session of this id. */
export async function sourcesOf(sql: Sql, sessionId: string): Promise<readonly string[]> {
  const rows = await sql<{ source: string }[]>`
    select distinct source from sessions where session_id = ${sessionId} order by source`;
  return rows.map((row) => row.source);
}

/** Where every version of a session is, and what came of it; null when there is none. One round trip. */
export async function readSessionStatus(
  sql: Sql,
  { source, sessionId }: { readonly source: string; readonly sessionId: string },
): Promise<SessionStatus | null> {
  const rows = await sql<{ userId: string | null; [column: string]: unknown }[]>`
    select s.user_id as "userId", s.version, s.origin, s.payload_sha256, s.session_sha256, s.message_count, s.bytes,
      to_char(s.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as received_at,
      case
        when s.state = 'erased' then 'erased'
        when a.augmented then 'augmented'
        else coalesce(v.last, 'waiting')
      end as state,
      coalesce(v.verdicts, '[]') as verdicts,
      coalesce(e.examples, '{}') as examples,
      a.side,
      coalesce(e.datasets, '{}') as datasets,
      coalesce(m.models, '[]') as models
    from sessions s
    left join lateral (
      select (array_agg(verdict order by first_seen desc nulls last))[1] as last,
        jsonb_agg(jsonb_build_object('revision', revision, 'verdict', verdict, 'quality', quality,
          'findings', findings, 'metrics', metrics) order by first_seen desc nulls last) as verdicts
      from verdicts left join revisions using (revision)
      where (source, session_id, version) = (s.source, s.session_id, s.version)
    ) v on true
    left join lateral (
      select count(*) > 0 as augmented, max(side) as side
      from augmentations where (source, session_id, version) = (s.source, s.session_id, s.version)
    ) a on true
    left join lateral (
      select jsonb_object_agg(kind, n) as examples, (
        select array_agg(distinct d order by d) from examples x, unnest(array[x.first_dataset, x.last_dataset]) d
        where (x.source, x.session_id, x.version) = (s.source, s.session_id, s.version) and d is not null
      ) as datasets
      from (
        select kind, count(*) as n from examples
        where (source, session_id, version) = (s.source, s.session_id, s.version) group by kind
      ) kinds
    ) e on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('model_id', model_id, 'model_name', model_name, 'model_type', model_type,
        'decision', decision) order by created_at desc) as models
      from models where dataset_sha256 = any(e.datasets)
    ) m on true
    where s.source = ${source} and s.session_id = ${sessionId}
    order by s.version desc`;
  const [newest] = rows;
  if (newest === undefined) return null;
  return sessionStatus.parse({
    session_id: sessionId,
    source,
    user_id: newest.userId,
    versions: rows.map(({ userId: _, ...version }) => version),
  });
}
