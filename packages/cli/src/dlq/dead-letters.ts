import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';

const deadLetter = z.object({
  id: z.string(),
  stage: z.string(),
  topic: z.string(),
  partition: z.number(),
  offset: z.coerce.string(),
  code: z.string(),
  message: z.string(),
  sha256: z.string(),
  size: z.number(),
  dead_at: z.coerce.date(),
  retried_at: z.coerce.date().nullable(),
  purged_at: z.coerce.date().nullable(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

const withBytes = deadLetter.extend({
  key: z.instanceof(Uint8Array).nullable(),
  bytes: z.instanceof(Uint8Array).nullable(),
  headers: z.record(z.string(), z.string()),
});
export type WholeDeadLetter = z.infer<typeof withBytes>;

/** Dead letters, newest first, without their bytes. */
export async function listDeadLetters(sql: Sql, limit: number): Promise<DeadLetter[]> {
  const rows = await sql`
    select id::text, stage, topic, partition, record_offset::text as "offset", code, message, sha256,
      coalesce(length(bytes), 0) as size, dead_at, retried_at, purged_at
    from dead_letters order by dead_at desc, id limit ${limit}`;
  return rows.map((row) => deadLetter.parse(row));
}

/** One dead letter by its id or the beginning of it; null when none or several fit. */
export async function findDeadLetter(sql: Sql, id: string): Promise<WholeDeadLetter | null> {
  const rows = await sql`
    select id::text, stage, topic, partition, record_offset::text as "offset", code, message, sha256,
      coalesce(length(bytes), 0) as size, dead_at, retried_at, purged_at, key, bytes, headers
    from dead_letters where id::text = ${id} or starts_with(id::text, ${id}) limit 2`;
  const [row] = rows;
  return rows.length === 1 && row !== undefined ? withBytes.parse(row) : null;
}

/** Notes that a dead letter was sent again; the row stays. */
export async function markRetried(sql: Sql, letter: DeadLetter, auditId: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`update dead_letters set retried_at = clock_timestamp() where id = ${letter.id}`;
    await tx`
      insert into audit (id, action, subject, detail)
      values (${auditId}, 'dead_letter_retried', ${letter.id}, ${JSON.stringify({ stage: letter.stage, code: letter.code })}::text::jsonb)`;
  });
}
