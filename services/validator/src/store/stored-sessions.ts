import type { SessionClosed } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import type { StoredSession } from '../core/judge.ts';

/** Payloads and a person's decisions of a batch by session version; one query, by the primary keys. */
export async function storedSessions(
  sql: Sql,
  events: readonly SessionClosed[],
): Promise<ReadonlyMap<string, StoredSession>> {
  const rows = await sql<Row[]>`
    select s.source, s.session_id, s.version, case when s.state = 'erased' then null else p.bytes end as bytes,
      p.sha256 as "redactedSha256", coalesce(p.redactions, '[]') as redactions,
      (extract(epoch from s.received_at) * 1000)::float8 as "receivedAtMs", o.verdict as override
    from unnest(
      ${events.map((e) => e.source)}::text[],
      ${events.map((e) => e.session_id)}::text[],
      ${events.map((e) => e.version)}::int[]
    ) as asked (source, session_id, version)
    join sessions s using (source, session_id, version)
    left join payloads p using (source, session_id, version)
    left join overrides o using (source, session_id, version)`;
  return new Map(rows.map((row) => [versionKey(row), row]));
}

interface Row extends StoredSession {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
}

export const versionKey = (of: Pick<Row, 'source' | 'session_id' | 'version'>): string =>
  JSON.stringify([of.source, of.session_id, of.version]);
