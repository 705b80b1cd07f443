import { randomUUID } from 'node:crypto';
import { topics } from '../../contracts/topics.ts';
import {
  addReceipts,
  type ErasureReceipt,
  nothingErased,
  type Subject,
  subjectSha256,
} from '../../domain/erasure.ts';
import { eventId } from '../../domain/hash.ts';
import { groupOf } from '../../domain/side.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { affectedModels } from './affected-models.ts';
import { lockForErasure } from './erased-versions.ts';
import { purgeDeadLetters } from './purge-dead-letters.ts';

export interface EraseRequest {
  readonly subject: Subject;
  /** Who asks for it, and why: for the record. */
  readonly by: string;
  readonly why: string;
}

/** Of a page, which is one transaction: while it lasts no stage writes. About 20 examples each. */
const pageVersions = 200;

/**
 * Takes the text of a session, or of every session of a user, out of all tables: what was received, what was cleaned, the
 * examples and their copies, dead letters that name it. What stays are ids, hashes and counts, so the ledger balances, and
 * a tombstone: what comes of the subject later is `erased` at the door, for ever. Stages that hold the text in memory
 * write nothing of it; a training that began with it registers no model. The models that were made before are named.
 *
 * A page is a transaction with its receipt in the audit; one that was cut off goes on when it is asked for again. Asked
 * for twice it takes what is left, which is nothing.
 */
export async function erase(sql: Sql, request: EraseRequest): Promise<ErasureReceipt> {
  let total = nothingErased;
  for (;;) {
    const { page } = await sql.begin(async (tx) => ({ page: await erasePage(tx, request) }));
    total = addReceipts(total, page);
    if (page.versions < pageVersions) return total;
  }
}

/** What {@link erase} would take. Writes nothing. */
export async function wouldErase(sql: Sql, subject: Subject): Promise<ErasureReceipt> {
  const keep = new Error('nothing is written');
  let found = nothingErased;
  try {
    await sql.begin(async (tx) => {
      const request = { subject, by: '', why: '' };
      for (;;) {
        const page = await erasePage(tx, request);
        found = addReceipts(found, page);
        if (page.versions < pageVersions) throw keep;
      }
    });
  } catch (error) {
    if (error !== keep) throw error;
  }
  return found;
}

interface ErasedVersion {
  readonly source: string;
  readonly sessionId: string;
  readonly version: number;
  readonly userId: string | null;
  readonly origin: string;
  readonly receivedAt: Date;
}

async function erasePage(tx: Transaction, request: EraseRequest): Promise<ErasureReceipt> {
  const { subject } = request;
  await tx`set local lock_timeout = '30s'`;
  await lockForErasure(tx);
  await layTombstone(tx, request);
  const versions = await markErased(tx, subject);
  const models = await affectedModels(tx, versions);
  await recordVersions(tx, versions);
  const receipt = {
    versions: versions.length,
    sessions: new Set(versions.map(({ sessionId }) => sessionId)).size,
    examples: await deleteText(tx, versions),
    dead_letters: await purgeDeadLetters(tx, await lettersOf(tx, subject, versions)),
    models,
    in_kafka_until: inKafkaUntil(versions),
  };
  await dropSides(tx, versions);
  if (receipt.versions + receipt.dead_letters > 0) await recordReceipt(tx, request, receipt);
  return receipt;
}

async function layTombstone(tx: Transaction, { subject, by, why }: EraseRequest): Promise<void> {
  const name = subjectSha256(subject);
  const fresh = await tx`
    insert into tombstones (subject_sha256, kind) values (${name}, ${subject.kind}) on conflict do nothing returning 1`;
  if (fresh.length === 0) return;
  await tx`
    insert into audit (id, action, subject, detail)
    values (${eventId('forgotten', name)}, 'forgotten', ${name},
      ${JSON.stringify({ kind: subject.kind, source: subject.source, by, why })}::text::jsonb)`;
}

/** The next versions of the subject, from now on without a user. */
async function markErased(tx: Transaction, subject: Subject): Promise<readonly ErasedVersion[]> {
  const column = subject.kind === 'user' ? tx`user_id` : tx`session_id`;
  return await tx<ErasedVersion[]>`
    with chosen as (
      select source, session_id, version, user_id, origin, received_at from sessions
      where source = ${subject.source} and ${column} = ${subject.id} and state <> 'erased'
      order by session_id, version limit ${pageVersions}
    )
    update sessions s set state = 'erased', user_id = null from chosen c
    where s.source = c.source and s.session_id = c.session_id and s.version = c.version
    returning c.source, c.session_id as "sessionId", c.version, c.user_id as "userId", c.origin, c.received_at as "receivedAt"`;
}

/** One record a version, with the datasets that it was in: where it is shown later that it was there. */
async function recordVersions(tx: Transaction, versions: readonly ErasedVersion[]): Promise<void> {
  await tx`
    insert into audit (id, action, subject, detail)
    select k.id, 'session_erased', k.session_id, jsonb_build_object('source', k.source, 'version', k.version, 'datasets',
      coalesce((
        select jsonb_agg(distinct d) from examples e, unnest(array[e.first_dataset, e.last_dataset]) d
        where (e.source, e.session_id, e.version) = (k.source, k.session_id, k.version) and d is not null), '[]'))
    from unnest(
      ${versions.map((v) => eventId('session_erased', v.source, v.sessionId, v.version))}::uuid[],
      ${versions.map((v) => v.source)}::text[],
      ${versions.map((v) => v.sessionId)}::text[],
      ${versions.map((v) => v.version)}::int[]
    ) as k (id, source, session_id, version)`;
}

/** @returns how many examples it was */
async function deleteText(tx: Transaction, versions: readonly ErasedVersion[]): Promise<number> {
  const keys = () => tx`
    unnest(
      ${versions.map((v) => v.source)}::text[],
      ${versions.map((v) => v.sessionId)}::text[],
      ${versions.map((v) => v.version)}::int[]
    ) as k (source, session_id, version)`;
  await tx`
    delete from payloads t using ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  // that there was a text stays known: the ledger tells by it which verdicts went on
  await tx`
    update verdicts t set cleaned = '{"erased": true}' from ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version and t.cleaned is not null`;
  await tx`
    update http_accepts t set idempotency_key = null, payload_sha256 = null from ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  const deleted = await tx`
    delete from examples t using ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  return deleted.count;
}

/**
 * Dead letters of the input that are of the subject: by their key, or by an id that stands in their bytes as JSON writes it.
 * Those that say they come from another source are left.
 */
async function lettersOf(
  tx: Transaction,
  { source, id }: Subject,
  versions: readonly ErasedVersion[],
): Promise<string[]> {
  const ids = [...new Set([id, ...versions.map(({ sessionId }) => sessionId)])];
  const rows = await tx<{ id: string }[]>`
    select id::text from dead_letters d
    where stage = 'ingestor' and purged_at is null and coalesce(headers->>'ce_source', ${source}) = ${source}
      and exists (
        select from unnest(${ids}::text[], ${ids.map((one) => JSON.stringify(one))}::text[]) as n (plain, quoted)
        where d.key = convert_to(n.plain, 'UTF8') or position(convert_to(n.quoted, 'UTF8') in d.bytes) > 0)`;
  return rows.map((row) => row.id);
}

/** Sides of groups that have no session left: their keys are ids. Whoever comes back would be given the same side again. */
async function dropSides(tx: Transaction, versions: readonly ErasedVersion[]): Promise<void> {
  await tx`
    delete from sides d
    using unnest(
      ${versions.map(groupOf)}::text[],
      ${versions.map((v) => v.source)}::text[],
      ${versions.map((v) => v.sessionId)}::text[],
      ${versions.map((v) => v.userId)}::text[]
    ) as g (group_key, source, session_id, user_id)
    where d.group_key = g.group_key and not exists (
      select from sessions s where s.source = g.source and s.state <> 'erased'
        and case when g.user_id is null then s.user_id is null and s.session_id = g.session_id else s.user_id = g.user_id end)`;
}

async function recordReceipt(
  tx: Transaction,
  { subject, by, why }: EraseRequest,
  receipt: ErasureReceipt,
): Promise<void> {
  const detail = { kind: subject.kind, source: subject.source, by, why, ...receipt };
  await tx`
    insert into audit (id, action, subject, detail)
    values (${randomUUID()}, 'erased', ${subjectSha256(subject)}, ${JSON.stringify(detail)}::text::jsonb)`;
}

function inKafkaUntil(versions: readonly ErasedVersion[]): string | null {
  const moments = versions.flatMap(({ origin, receivedAt }) =>
    origin === 'kafka' ? [receivedAt.getTime() + topics.sessionEvents.retentionMs] : [],
  );
  return moments.length === 0 ? null : new Date(Math.max(...moments)).toISOString();
}
