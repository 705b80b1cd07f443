import { type Subject, subjectSha256 } from '../../domain/erasure.ts';
import { eventId } from '../../domain/hash.ts';
import type { Sql, Transaction } from '../../ports/database.ts';

/** The sessions of a subject that are there now: of a user those of which any version, or any message, is theirs. */
export async function sessionsOfSubject(
  sql: Sql | Transaction,
  { source, kind, id }: Subject,
): Promise<readonly string[]> {
  const column = kind === 'user' ? sql`user_id` : sql`session_id`;
  const gathered =
    kind === 'user'
      ? sql`select session_id as id from gathered_events where source = ${source} and user_id = ${id}`
      : sql`select session_id as id from gathered_sessions
          where source = ${source} and session_id = ${id} and state <> 'erased'`;
  const rows = await sql<{ id: string }[]>`
    select session_id as id from sessions where source = ${source} and ${column} = ${id} and state <> 'erased'
    union ${gathered} order by 1`;
  return rows.map((row) => row.id);
}

/** Who asks for it, and why. */
interface Asked {
  readonly by: string;
  readonly why: string;
}

/** From its commit on nothing of these comes in. Those that are there stay as they are. */
export async function layTombstones(
  tx: Transaction,
  subjects: readonly Subject[],
  { by, why }: Asked,
): Promise<void> {
  const named = new Map(subjects.map((subject) => [subjectSha256(subject), subject]));
  const fresh = await tx<{ name: string }[]>`
    insert into tombstones (subject_sha256, kind)
    select * from unnest(${[...named.keys()]}::text[], ${[...named.values()].map(({ kind }) => kind)}::text[])
    on conflict do nothing returning subject_sha256 as name`;
  const detailOf = (name: string): string => {
    const { kind, source } = named.get(name) ?? {};
    return JSON.stringify({ kind, source, by, why });
  };
  await tx`
    insert into audit (id, action, subject, detail)
    select * from unnest(
      ${fresh.map(({ name }) => eventId('forgotten', name))}::uuid[],
      ${fresh.map(() => 'forgotten')}::text[],
      ${fresh.map(({ name }) => name)}::text[],
      ${fresh.map(({ name }) => detailOf(name))}::text[]::jsonb[])`;
}
