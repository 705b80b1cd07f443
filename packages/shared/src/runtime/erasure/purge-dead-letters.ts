import { eventId } from '../../domain/hash.ts';
import type { Transaction } from '../../ports/database.ts';

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
