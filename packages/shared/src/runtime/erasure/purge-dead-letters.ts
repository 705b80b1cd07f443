import { eventId } from '../../domain/hash.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { holdErasures } from './erased-versions.ts';

export interface PurgeChoice {
  /** Null: every one that fits. */
  readonly id: string | null;
  readonly olderThanDays: number;
}

/** Ids of the dead letters whose bytes a purge would throw away. */
export async function purgeableLetters(
  sql: Sql,
  { id, olderThanDays }: PurgeChoice,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id::text from dead_letters
    where purged_at is null and (${id}::text is null or id::text = ${id})
      and dead_at <= clock_timestamp() - make_interval(secs => ${olderThanDays * 86_400})
    order by id`;
  return rows.map((row) => row.id);
}

/** Of a transaction. */
const pageLetters = 1000;

/** Throws their bytes, keys and headers away, a page a transaction. @returns how many it was */
export async function purgeLetters(sql: Sql, ids: readonly string[]): Promise<number> {
  let sum = 0;
  for (let first = 0; first < ids.length; first += pageLetters) {
    const page = ids.slice(first, first + pageLetters);
    const { purged } = await sql.begin(async (tx) => {
      await holdErasures(tx); // before any row: an erasure locks the same ones
      return { purged: await purgeDeadLetters(tx, page) };
    });
    sum += purged;
  }
  return sum;
}

/**
 * Throws bytes, keys and headers of dead letters away, on record. Cause, place and hash stay: the ledger goes on counting
 * the record.
 * @returns how many it was: those that were purged before are not among them
 */
export async function purgeDeadLetters(tx: Transaction, ids: readonly string[]): Promise<number> {
  const purged = await tx<{ id: string; stage: string; code: string }[]>`
    update dead_letters set bytes = null, key = null, headers = '{}', purged_at = clock_timestamp()
    where id = any(${[...ids]}::uuid[]) and purged_at is null returning id::text, stage, code`;
  await tx`
    insert into audit (id, action, subject, detail)
    select * from unnest(
      ${purged.map(({ id }) => eventId('dead_letter_purged', id))}::uuid[],
      ${purged.map(() => 'dead_letter_purged')}::text[],
      ${purged.map(({ id }) => id)}::text[],
      ${purged.map(({ stage, code }) => JSON.stringify({ stage, code }))}::text[]::jsonb[])`;
  return purged.length;
}
