import type { Sql } from '@millrace/shared/ports/database';
import { type SessionStatus, sessionStatus } from '../http/documents.ts';

/** Sources that have a session of this id. */
export async function sourcesOf(sql: Sql, sessionId: string): Promise<readonly string[]> {
  const rows = await sql<{ source: string }[]>`
    select source from sessions where session_id = ${sessionId}
    union select source from gathered_sessions where session_id = ${sessionId} order by source`;
  return rows.map((row) => row.source);
}

/** What there is of a session that comes message by message; null of one that came as a whole. */
async function readGathered(
  sql: Sql,
  { source, sessionId }: { readonly source: string; readonly sessionId: string },
): Promise<unknown> {
  const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  const [row] = await sql`
    select state, messages, expected as message_count, bytes, ends > 0 as ended,
      to_char(opened_at at time zone 'UTC', ${iso}) as opened_at,
      case when state = 'open' then to_char(due_at at time zone 'UTC', ${iso}) end as closes_at,
      to_char(closed_at at time zone 'UTC', ${iso}) as closed_at
    from gathered_sessions where source = ${source} and session_id = ${sessionId}`;
  return row ?? null;
}

/** Where every version of a session is, and what came of it, and what did not close yet; null when there is neither. Two round trips. */
export async function readSessionStatus(
  sql: Sql,
  { source, sessionId }: { readonly source: string; readonly sessionId: string },
): Promise<SessionStatus | null> {
  const rows = await sql<{ userId: string | null; [column: string]: unknown }[]>`
    select s.user_id as "userId", s.version, s.origin, s.payload_sha256, s.session_sha256, s.message_count, s.bytes,
      to_char(s.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as received_at,
      case
        when s.state = 'erased' then 'erased'
        when v.stands = 'kept' and a.augmented then 'augmented'
        else coalesce(v.stands, 'waiting')
      end as state,
      coalesce(v.verdicts, '[]') as verdicts,
      coalesce(e.examples, '{}') as examples,
      a.side,
      (select jsonb_build_object('verdict', o.verdict, 'by', o.decided_by, 'why', o.why,
          'at', to_char(o.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        from overrides o where (o.source, o.session_id, o.version) = (s.source, s.session_id, s.version)) as override,
      coalesce(e.datasets, g.datasets, '{}') as datasets,
      coalesce(m.models, '[]') as models
    from sessions s
    left join lateral (
      select (array_agg(coalesce(v.override, v.verdict) order by r.last_seen desc nulls last, v.revision))[1] as stands,
        (array_agg(v.revision order by r.last_seen desc nulls last, v.revision))[1] as revision,
        jsonb_agg(jsonb_build_object('revision', v.revision, 'verdict', v.verdict, 'quality', v.quality,
          'findings', v.findings, 'metrics', v.metrics) order by r.last_seen desc nulls last, v.revision) as verdicts
      from verdicts v left join revisions r on r.stage = 'validator' and r.revision = v.revision
      where (v.source, v.session_id, v.version) = (s.source, s.session_id, s.version)
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
        where (source, session_id, version) = (s.source, s.session_id, s.version) and revision = (
          -- of the verdict that stands, made by the augmentor seen last
          select a.revision from augmentations a
          join revisions x on x.stage = 'examples' and x.revision = a.revision
          left join revisions own on own.stage = 'augmentor' and own.revision = x.settings->>'augmentor'
          where (a.source, a.session_id, a.version) = (s.source, s.session_id, s.version)
            and x.settings->>'validator' = v.revision
          order by own.last_seen desc nulls last, a.revision limit 1)
        group by kind
      ) kinds
    ) e on true
    left join lateral (
      -- its examples are gone; the record of its erasure says where they were
      select array(select jsonb_array_elements_text(detail->'datasets') order by 1) as datasets from audit
      where s.state = 'erased' and action = 'session_erased' and subject = s.session_id
        and detail->>'source' = s.source and (detail->>'version')::int = s.version
    ) g on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('model_id', model_id, 'model_name', model_name, 'model_type', model_type,
        'decision', decision) order by created_at desc) as models
      from models where dataset_sha256 = any(coalesce(e.datasets, g.datasets))
    ) m on true
    where s.source = ${source} and s.session_id = ${sessionId}
    order by s.version desc`;
  const [newest] = rows;
  const gathered = await readGathered(sql, { source, sessionId });
  if (newest === undefined && gathered === null) return null;
  return sessionStatus.parse({
    session_id: sessionId,
    source,
    user_id: newest?.userId ?? null,
    gathered,
    versions: rows.map(({ userId: _, ...version }) => version),
  });
}
