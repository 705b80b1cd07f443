import { randomUUID } from 'node:crypto';
import type { Sql, Transaction } from '../../ports/database.ts';
import { holdErasures } from './erased-versions.ts';

/** Of a transaction. */
const pageSessions = 200;

export interface PurgedGathered {
  readonly sessions: number;
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Throws away what was gathered of sessions that closed more than so many days ago: their versions hold the text, for as
 * long as it is kept. What it was called stays, so that what comes again is known; what comes later is refused. On record,
 * a page a transaction: one that was cut off goes on the next time.
 */
export async function purgeGathered(sql: Sql, olderThanDays: number): Promise<PurgedGathered> {
  let total: PurgedGathered = { sessions: 0, messages: 0, bytes: 0 };
  for (;;) {
    const { page } = await sql.begin(async (tx) => ({ page: await purgePage(tx, olderThanDays) }));
    total = {
      sessions: total.sessions + page.sessions,
      messages: total.messages + page.messages,
      bytes: total.bytes + page.bytes,
    };
    if (page.sessions < pageSessions) return total;
  }
}

/** What {@link purgeGathered} would throw away. */
export async function purgeableGathered(sql: Sql, olderThanDays: number): Promise<PurgedGathered> {
  const [row] = await sql<PurgedGathered[]>`
    select count(*)::int as sessions, coalesce(sum(messages), 0)::int as messages, coalesce(sum(bytes), 0)::float8 as bytes
    from gathered_sessions g where ${old(sql, olderThanDays)}`;
  return row ?? { sessions: 0, messages: 0, bytes: 0 };
}

async function purgePage(tx: Transaction, olderThanDays: number): Promise<PurgedGathered> {
  await holdErasures(tx); // before any row: an erasure locks the same ones
  const rows = await tx<{ source: string; id: string; messages: number; bytes: number }[]>`
    select source, session_id as id, messages, bytes from gathered_sessions g
    where ${old(tx, olderThanDays)} order by 1, 2 limit ${pageSessions} for update`;
  const keys = () => tx`
    unnest(${rows.map(({ source }) => source)}::text[], ${rows.map(({ id }) => id)}::text[]) as k (source, session_id)
    where t.source = k.source and t.session_id = k.session_id`;
  await tx`update gathered_events t set bytes = null, sha256 = null, redactions = null from ${keys()}`;
  await tx`update gathered_sessions t set purged_at = clock_timestamp() from ${keys()}`;
  const purged = {
    sessions: rows.length,
    messages: rows.reduce((sum, { messages }) => sum + messages, 0),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  if (rows.length > 0) {
    const detail = JSON.stringify({ ...purged, older_than_days: olderThanDays });
    await tx`
      insert into audit (id, action, subject, detail)
      values (${randomUUID()}, 'gathered_purged', 'retention', ${detail}::text::jsonb)`;
  }
  return purged;
}

const old = (sql: Sql | Transaction, olderThanDays: number) => sql`
  g.state = 'closed' and g.purged_at is null
  and g.closed_at <= clock_timestamp() - make_interval(secs => ${olderThanDays * 86_400})`;
