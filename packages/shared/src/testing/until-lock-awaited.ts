import type { Sql } from '../ports/database.ts';

/** Resolves when somebody waits for an advisory lock of this database. */
export async function untilLockAwaited(sql: Sql): Promise<void> {
  for (;;) {
    const waiting = await sql`
      select 1 from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`;
    if (waiting.length > 0) return;
  }
}
