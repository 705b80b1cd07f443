import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';

const finding = z.looseObject({
  code: z.string(),
  action: z.string(),
  value: z.unknown(),
  threshold: z.unknown(),
});

const rejectedRow = z.object({
  session_id: z.string(),
  source: z.string(),
  version: z.number(),
  revision: z.string(),
  received_at: z.coerce.date(),
  quality: z.number(),
  /** What rejects it; none when a person did. */
  codes: z.array(z.string()),
  /** Who rejected it by hand; null when the settings did. */
  by: z.string().nullable(),
  findings: z.array(finding),
});
export type RejectedRow = z.infer<typeof rejectedRow>;

export interface RejectedFilter {
  readonly code?: string | undefined;
  readonly source?: string | undefined;
  /** Received at this moment or later. */
  readonly since?: Date | undefined;
  readonly sessionId?: string | undefined;
  readonly limit: number | null;
}

/** Sessions whose newest version stands as rejected, the newest first. */
export async function rejectedRows(sql: Sql, filter: RejectedFilter): Promise<RejectedRow[]> {
  const { code, source, since, sessionId, limit } = filter;
  const rows = await sql`
    select v.session_id, v.source, v.version, v.revision, s.received_at, v.quality, o.decided_by as by, v.findings,
      array(select distinct f->>'code' from jsonb_array_elements(v.findings) f where f->>'action' = 'reject' order by 1) as codes
    from sessions s
    join standing_verdicts v using (source, session_id, version)
    left join overrides o using (source, session_id, version)
    where v.stands = 'rejected'
      and not exists (select from sessions n
        where n.source = s.source and n.session_id = s.session_id and n.version > s.version)
      and (${source ?? null}::text is null or s.source = ${source ?? null})
      and (${sessionId ?? null}::text is null or s.session_id = ${sessionId ?? null})
      and (${since ?? null}::timestamptz is null or s.received_at >= ${since ?? null})
      and (${code ?? null}::text is null or exists (
        select from jsonb_array_elements(v.findings) f where f->>'action' = 'reject' and f->>'code' = ${code ?? null}))
    order by s.received_at desc, s.source, s.session_id limit ${limit}`;
  return rows.map((row) => rejectedRow.parse(row));
}

/** The bytes of a session version as they came; null when they were erased. */
export async function payloadOf(
  sql: Sql,
  { source, session_id, version }: Pick<RejectedRow, 'source' | 'session_id' | 'version'>,
): Promise<Uint8Array | null> {
  const [row] = await sql<{ bytes: Uint8Array }[]>`
    select p.bytes from payloads p join sessions s using (source, session_id, version)
    where p.source = ${source} and p.session_id = ${session_id} and p.version = ${version} and s.state <> 'erased'`;
  return row?.bytes ?? null;
}
