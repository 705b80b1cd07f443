import type { StageName } from '../contracts/topics.ts';
import { canonicalJson, type Json } from '../domain/canonical-json.ts';
import type { Sql, Transaction } from '../ports/database.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';

export interface Revision {
  /** `examples`: what examples are keyed by (see examplesRevision). */
  readonly stage: StageName | 'examples';
  readonly revision: string;
  /** What the stage decides by. */
  readonly settings: Json;
}

/**
 * Writes down what a revision means, at first sight, and makes it the stage's current one: the one seen last. Each stage
 * does so before it takes its first event, so going back to old settings makes their results count again. Idempotent.
 */
export async function recordRevision(
  store: Pick<DeliveryStore, 'transaction'>,
  revision: Revision,
): Promise<void> {
  await store.transaction(async (tx) => {
    await writeRevision(tx, revision);
    await tx`
      update revisions set last_seen = clock_timestamp()
      where stage = ${revision.stage} and revision = ${revision.revision}`;
  });
}

/**
 * Writes down what a revision means, with a record of it, and leaves the stage's current one as it is: a new one counts as
 * never seen. Takes no lock once it is there.
 */
export async function writeRevision(
  tx: Transaction,
  { stage, revision, settings }: Revision,
): Promise<void> {
  await tx`
    with fresh as (
      insert into revisions (stage, revision, settings, last_seen)
      values (${stage}, ${revision}, ${canonicalJson(settings)}::text::jsonb, '-infinity')
      on conflict (stage, revision) do nothing returning stage, revision)
    insert into audit (id, action, subject, detail)
    select gen_random_uuid(), 'revision_recorded', stage || '/' || revision, '{}' from fresh`;
}

/** The stage's current revision, the one seen last; null before it has started once. */
export async function currentRevision(sql: Sql, stage: StageName): Promise<string | null> {
  const [row] = await sql<{ revision: string }[]>`
    select revision from revisions where stage = ${stage} order by last_seen desc, revision limit 1`;
  return row?.revision ?? null;
}
