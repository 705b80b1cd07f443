import type { SessionValidated } from '@millrace/shared/contracts/events';
import { groupOf, type Side } from '@millrace/shared/domain/side';
import type { Sql } from '@millrace/shared/ports/database';
import type { SessionFact } from './core/decide.ts';

/** What the tables know of a batch's session versions. */
export interface Facts {
  of(data: Omit<SessionValidated, 'quality'>): SessionFact | undefined;
}

interface Row {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly revision: string;
  readonly user_id: string | null;
  readonly state: string;
  readonly session_sha256: string;
  readonly newest: number;
  readonly cleaned: unknown;
}

/** Two queries a batch: the session versions with their verdicts, and the sides that their groups have. */
export async function loadFacts(
  wanted: readonly Omit<SessionValidated, 'quality'>[],
  sql: Sql,
): Promise<Facts> {
  const rows = await sql<Row[]>`
    select s.source, s.session_id, s.version, k.revision, s.user_id, s.state, s.session_sha256, v.cleaned,
      (select max(n.version) from sessions n where n.source = s.source and n.session_id = s.session_id) as newest
    from unnest(
      ${wanted.map((d) => d.source)}::text[],
      ${wanted.map((d) => d.session_id)}::text[],
      ${wanted.map((d) => d.version)}::int[],
      ${wanted.map((d) => d.revision)}::text[]
    ) as k (source, session_id, version, revision)
    join sessions s on s.source = k.source and s.session_id = k.session_id and s.version = k.version
    left join verdicts v on v.source = k.source and v.session_id = k.session_id and v.version = k.version
      and v.revision = k.revision`;
  const sides = await loadSides(rows.map(groupOfRow), sql);
  const facts = new Map(
    rows.map((row): [string, SessionFact] => [
      placeOf(row),
      {
        erased: row.state === 'erased',
        newestVersion: row.newest,
        sessionSha256: row.session_sha256,
        userId: row.user_id,
        group: groupOfRow(row),
        side: sides.get(groupOfRow(row)) ?? null,
        cleaned: row.cleaned,
      },
    ]),
  );
  return { of: (data) => facts.get(placeOf(data)) };
}

async function loadSides(groups: readonly string[], sql: Sql): Promise<Map<string, Side>> {
  const rows = await sql<{ group_key: string; side: Side }[]>`
    select group_key, side from sides where group_key = any(${[...new Set(groups)]}::text[])`;
  return new Map(rows.map((row) => [row.group_key, row.side]));
}

const placeOf = (place: Pick<Row, 'source' | 'session_id' | 'version' | 'revision'>): string =>
  JSON.stringify([place.source, place.session_id, place.version, place.revision]);

const groupOfRow = (row: Row): string =>
  groupOf({ source: row.source, sessionId: row.session_id, userId: row.user_id });
