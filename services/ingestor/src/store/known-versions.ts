import type { Sql, Transaction } from '@millrace/shared/ports/database';
import type { KnownVersion } from '../core/assign-versions.ts';
import type { Identified } from '../core/identify.ts';

/** Every version held of the sessions' ids: one query for the batch, by the primary key. */
export async function knownVersions(
  sql: Sql | Transaction,
  sessions: readonly Pick<Identified, 'source' | 'sessionId'>[],
): Promise<readonly KnownVersion[]> {
  if (sessions.length === 0) return [];
  return sql<KnownVersion[]>`
    select s.source, s.session_id as "sessionId", s.version, s.session_sha256 as "sessionSha256",
      s.partition, (extract(epoch from s.received_at) * 1000)::float8 as "receivedAtMs"
    from (
      select distinct source, session_id
      from unnest(${sessions.map((s) => s.source)}::text[], ${sessions.map((s) => s.sessionId)}::text[])
        as asked (source, session_id)
    ) as asked
    join sessions s using (source, session_id)`;
}
