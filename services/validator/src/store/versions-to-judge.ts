import type { SessionClosed } from '@millrace/shared/contracts/events';
import type { Verdict } from '@millrace/shared/domain/finding';
import type { Sql } from '@millrace/shared/ports/database';

export interface RejudgeFilter {
  /** Received at this moment or later. */
  readonly since?: Date | undefined;
  readonly sessionId?: string | undefined;
  /** Only sessions that stand as rejected. */
  readonly rejected?: boolean | undefined;
}

/** The newest version of a session: how it stands, and how it would by the new revision. */
export interface VersionToJudge {
  readonly event: SessionClosed;
  readonly erased: boolean;
  /** Null: no verdict yet, the fleet is about to reach it. */
  readonly standing: Known | null;
  /** The verdict of the new revision, where it was reached before. */
  readonly known: Known | null;
}

interface Known {
  readonly stands: Verdict;
  /** Codes that reject. */
  readonly codes: readonly string[];
}

interface Row extends SessionClosed {
  readonly erased: boolean;
  readonly stands: Verdict | null;
  readonly codes: readonly string[];
  readonly knownStands: Verdict | null;
  readonly knownCodes: readonly string[];
}

/** Sessions after this one, in order of their keys; null for the first page. */
export type PageStart = { readonly source: string; readonly session_id: string } | null;

/** One page of newest versions; the key of its last one begins the next page. */
export async function versionsToJudge(
  sql: Sql,
  {
    revision,
    filter,
    after,
    limit,
  }: {
    readonly revision: string;
    readonly filter: RejudgeFilter;
    readonly after: PageStart;
    readonly limit: number;
  },
): Promise<readonly VersionToJudge[]> {
  const { since = null, sessionId = null, rejected = false } = filter;
  const rows = await sql<Row[]>`
    select s.source, s.session_id, s.version, s.payload_sha256, s.session_sha256, s.message_count, s.bytes,
      s.state = 'erased' as erased, v.stands, ${codesOf(sql, 'v')} as codes,
      coalesce(k.override, k.verdict) as "knownStands", ${codesOf(sql, 'k')} as "knownCodes"
    from sessions s
    left join lateral (select * from standing_verdicts x
      where x.source = s.source and x.session_id = s.session_id and x.version = s.version) v on true
    left join verdicts k on k.source = s.source and k.session_id = s.session_id and k.version = s.version
      and k.revision = ${revision}
    where (s.source, s.session_id) > (${after?.source ?? ''}, ${after?.session_id ?? ''})
      and not exists (select from sessions n
        where n.source = s.source and n.session_id = s.session_id and n.version > s.version)
      and (${sessionId}::text is null or s.session_id = ${sessionId})
      and (${since}::timestamptz is null or s.received_at >= ${since})
      and (not ${rejected}::boolean or v.stands = 'rejected')
    order by s.source, s.session_id limit ${limit}`;
  return rows.map(({ erased, stands, codes, knownStands, knownCodes, ...event }) => ({
    event,
    erased,
    standing: stands && { stands, codes },
    known: knownStands && { stands: knownStands, codes: knownCodes },
  }));
}

const codesOf = (sql: Sql, verdict: 'v' | 'k') => sql`
  array(select distinct f->>'code' from jsonb_array_elements(${sql(verdict)}.findings) f where f->>'action' = 'reject' order by 1)`;
