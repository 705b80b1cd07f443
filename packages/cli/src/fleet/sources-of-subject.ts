import type { Subject } from '@millrace/shared/domain/erasure';
import type { Sql } from '@millrace/shared/ports/database';

/** Sources that have a session of this id, or sessions of this user. */
export async function sourcesOfSubject(
  sql: Sql,
  { kind, id }: Omit<Subject, 'source'>,
): Promise<readonly string[]> {
  const column = kind === 'user' ? sql`user_id` : sql`session_id`;
  const gathered = kind === 'user' ? sql`gathered_events` : sql`gathered_sessions`;
  const rows = await sql<{ source: string }[]>`
    select source from sessions where ${column} = ${id}
    union select source from ${gathered} where ${column} = ${id} order by source`;
  return rows.map((row) => row.source);
}
