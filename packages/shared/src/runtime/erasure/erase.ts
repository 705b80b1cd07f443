import { randomUUID } from 'node:crypto';
import {
  addReceipts,
  type ErasureReceipt,
  type Subject,
  subjectSha256,
} from '../../domain/erasure.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { eraseGathered } from './erased-gathering.ts';
import { deleteText, dropSides, markErased, recordVersions } from './erased-rows.ts';
import { lockForErasure } from './erased-versions.ts';
import { foundIn, lettersOf, ofLetters } from './holdings.ts';
import { purgeDeadLetters } from './purge-dead-letters.ts';
import { layTombstones, sessionsOfSubject } from './tombstones.ts';

export interface EraseRequest {
  readonly subject: Subject;
  /** Who asks for it, and why: for the record. */
  readonly by: string;
  readonly why: string;
}

/** Sessions of a page, which is one transaction: while it lasts no stage writes. About 20 examples each: 0.3 s. */
const pageSessions = 200;

/**
 * Takes the text of a session, or of every session of a user, out of all tables: what was received, also of open sessions,
 * what was cleaned, the examples and their copies, dead letters that name it. What stays are ids, hashes and counts, so the
 * ledger balances, and tombstones: what comes of the subject later is `erased` at the door, for ever. Stages that hold the
 * text in memory write nothing of it; a training that began with it registers no model. The models that were made before
 * are named. A session of which any version is of the user goes whole, with all its versions.
 *
 * States: forgotten (tombstones are there: nothing comes in any more) -> dead letters purged -> erased page by page, each with
 * its receipt in the audit. One that was cut off goes on when it is asked for again. Asked for twice it takes what is left,
 * which is nothing.
 */
export async function erase(sql: Sql, request: EraseRequest): Promise<ErasureReceipt> {
  const { subject } = request;
  const sessions = await forgetSubject(sql, request);
  const letters = await lettersOf(sql, subject, sessions);
  const { purged } = await sql.begin(async (tx) => {
    const purged = await ofLetters(tx, await purgeDeadLetters(tx, letters));
    if (purged.dead_letters > 0) await recordReceipt(tx, request, purged);
    return { purged };
  });
  let total = purged;
  for (let first = 0; first < sessions.length; first += pageSessions) {
    const page = { source: subject.source, ids: sessions.slice(first, first + pageSessions) };
    const { receipt } = await sql.begin(async (tx) => ({
      receipt: await erasePage(tx, request, page),
    }));
    total = addReceipts(total, receipt);
  }
  return total;
}

/** @returns the sessions that are to be erased: all that the subject will ever have */
async function forgetSubject(sql: Sql, request: EraseRequest): Promise<readonly string[]> {
  const { subject } = request;
  const { sessions } = await sql.begin(async (tx) => {
    await lockErasure(tx);
    const sessions = await sessionsOfSubject(tx, subject);
    const { source } = subject;
    const own = sessions.map((id): Subject => ({ source, kind: 'session', id }));
    await layTombstones(tx, [subject, ...own], request);
    return { sessions };
  });
  return sessions;
}

/** No stage writes while it is waited for either, so not for long: a busy fleet is asked again by whoever erases. */
async function lockErasure(tx: Transaction): Promise<void> {
  await tx`set local lock_timeout = '10s'`;
  await lockForErasure(tx);
}

interface Page {
  readonly source: string;
  /** Of sessions. */
  readonly ids: readonly string[];
}

async function erasePage(
  tx: Transaction,
  request: EraseRequest,
  page: Page,
): Promise<ErasureReceipt> {
  await lockErasure(tx);
  const versions = await markErased(tx, page);
  const found = await foundIn(tx, versions, await eraseGathered(tx, page));
  await recordVersions(tx, versions);
  const receipt = { ...found, examples: await deleteText(tx, versions) };
  await dropSides(tx, versions);
  if (receipt.sessions > 0) await recordReceipt(tx, request, receipt);
  return receipt;
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
