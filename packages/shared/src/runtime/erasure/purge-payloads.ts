import { randomUUID } from 'node:crypto';
import type { SessionKey } from '../../domain/session.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { holdErasures } from './erased-versions.ts';

/** Of a transaction. */
const pageVersions = 500;

export interface PurgedPayloads {
  readonly payloads: number;
  readonly bytes: number;
}

/**
 * Deletes payloads of sessions received before, that nothing waits for: judged, and augmented where they stand as kept. On record,
 * a page a transaction; one that was cut off goes on the next time. Cleaned texts and examples stay.
 */
export async function purgePayloads(sql: Sql, olderThanDays: number): Promise<PurgedPayloads> {
  let total: PurgedPayloads = { payloads: 0, bytes: 0 };
  let after: SessionKey | null = null;
  for (;;) {
    const asked: PageRequest = { olderThanDays, after };
    const { rows } = await sql.begin(async (tx) => ({ rows: await purgePage(tx, asked) }));
    total = {
      payloads: total.payloads + rows.length,
      bytes: total.bytes + sumOfBytes(rows),
    };
    if (rows.length < pageVersions) return total;
    after = rows.at(-1) ?? null;
  }
}

/** What {@link purgePayloads} would delete. */
export async function purgeablePayloads(sql: Sql, olderThanDays: number): Promise<PurgedPayloads> {
  const [row] = await sql<PurgedPayloads[]>`
    select count(*)::int as payloads, coalesce(sum(s.bytes), 0)::float8 as bytes from sessions s
    where ${settled(sql, olderThanDays)}`;
  return row ?? { payloads: 0, bytes: 0 };
}

interface PageRequest {
  readonly olderThanDays: number;
  /** Page behind this version; null: the first one. */
  readonly after: SessionKey | null;
}

type Purged = SessionKey & { readonly bytes: number };

async function purgePage(
  tx: Transaction,
  { olderThanDays, after }: PageRequest,
): Promise<readonly Purged[]> {
  await holdErasures(tx); // before any row: an erasure locks the same ones
  const behind =
    after === null
      ? tx`true`
      : tx`(s.source, s.session_id, s.version) > (${after.source}, ${after.sessionId}, ${after.version})`;
  const purged = await tx<Purged[]>`
    select s.source, s.session_id as "sessionId", s.version, s.bytes from sessions s
    where ${behind} and ${settled(tx, olderThanDays)}
    order by s.source, s.session_id, s.version limit ${pageVersions} for update of s`;
  const keys = () => tx`
    unnest(
      ${purged.map((v) => v.source)}::text[],
      ${purged.map((v) => v.sessionId)}::text[],
      ${purged.map((v) => v.version)}::int[]
    ) as k (source, session_id, version)
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  await tx`delete from payloads t using ${keys()}`;
  await tx`update sessions t set raw_purged_at = clock_timestamp() from ${keys()}`;
  if (purged.length > 0) {
    const bytes = sumOfBytes(purged);
    const detail = { count: purged.length, bytes, older_than_days: olderThanDays };
    await tx`
      insert into audit (id, action, subject, detail)
      values (${randomUUID()}, 'payloads_purged', 'retention', ${JSON.stringify(detail)}::text::jsonb)`;
  }
  return purged;
}

const sumOfBytes = (rows: readonly Purged[]): number =>
  rows.reduce((sum, { bytes }) => sum + bytes, 0);

const settled = (sql: Sql | Transaction, olderThanDays: number) => sql`
  s.state = 'closed' and s.raw_purged_at is null
  and s.received_at <= clock_timestamp() - make_interval(secs => ${olderThanDays * 86_400})
  and exists (
    select from standing_verdicts v
    where v.source = s.source and v.session_id = s.session_id and v.version = s.version
      and (v.stands = 'rejected' or exists (
        select from augmentations a join revisions x on x.stage = 'examples' and x.revision = a.revision
        where a.source = s.source and a.session_id = s.session_id and a.version = s.version
          and x.settings->>'validator' = v.revision)
        or exists (select from sessions n where n.source = s.source and n.session_id = s.session_id and n.version > s.version)))`;
