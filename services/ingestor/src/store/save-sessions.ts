import { TransientError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import { forgottenSessions } from '@millrace/shared/runtime/erasure/erased-versions';
import { type Assigned, assignVersions, type KnownVersion } from '../core/assign-versions.ts';
import type { Identified } from '../core/identify.ts';
import { knownVersions } from './known-versions.ts';

/** Two writers of one id at a time are rare, five rounds of it a storm. */
const maxRounds = 5;

/**
 * Sessions and their payloads, in one transaction with what the caller writes beside them. Another writer may take
 * a version number between the look and the insert (the other door, a rebalance): the primary key refuses ours, and
 * the versions are assigned again with what is there now. What was forgotten comes in no more.
 * @param known of all their ids, as of a moment ago
 * @returns one for each session, in order
 * @throws TransientError when others were faster every time
 */
export async function saveSessions(
  tx: Transaction,
  sessions: readonly Identified[],
  known: readonly KnownVersion[],
): Promise<readonly Assigned[]> {
  if (sessions.length === 0) return [];
  let assigned = assignVersions(sessions, known, await forgottenSessions(tx, sessions));
  const inserted = new Set<string>();
  for (let round = 0; round < maxRounds; round++) {
    const fresh = assigned.filter((a) => a.outcome === 'applied' && !inserted.has(keyOf(a)));
    for (const key of await insertSessions(tx, fresh)) inserted.add(key);
    const lost = fresh.filter((a) => !inserted.has(keyOf(a)));
    if (lost.length === 0) return assigned;
    assigned = settle(
      assigned,
      inserted,
      await knownVersions(
        tx,
        lost.map((a) => a.session),
      ),
    );
  }
  throw new TransientError(
    'MILLRACE_RESOURCE_DATABASE',
    `other writers took the next version of a session ${maxRounds} times in a row`,
  );
}

/** Ours that are in stay as they are; those that lost are assigned anew against what is there now. */
function settle(
  assigned: readonly Assigned[],
  inserted: ReadonlySet<string>,
  known: readonly KnownVersion[],
): readonly Assigned[] {
  const isSettled = (a: Assigned) => a.outcome !== 'applied' || inserted.has(keyOf(a));
  const again = assignVersions(
    assigned.filter((a) => !isSettled(a)).map((a) => a.session),
    known,
  ).values();
  return assigned.map((a) => (isSettled(a) ? a : (again.next().value ?? a)));
}

/** In order of the keys: two batches with the same sessions wait for each other one way round. */
async function insertSessions(tx: Transaction, fresh: readonly Assigned[]): Promise<string[]> {
  if (fresh.length === 0) return [];
  const rows = [...fresh].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const column = <T>(of: (row: Assigned) => T): T[] => rows.map(of);
  const inserted = await tx<{ source: string; sessionId: string; version: number }[]>`
    insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256,
      message_count, bytes, origin, traceparent, received_at, partition)
    select source, session_id, version, user_id, 'closed', payload_sha256, session_sha256,
      message_count, bytes, origin, traceparent, to_timestamp(received_ms / 1000.0), partition
    from unnest(
      ${column((r) => r.session.source)}::text[],
      ${column((r) => r.session.sessionId)}::text[],
      ${column((r) => r.version)}::int[],
      ${column((r) => r.session.userId)}::text[],
      ${column((r) => r.session.payloadSha256)}::text[],
      ${column((r) => r.session.sessionSha256)}::text[],
      ${column((r) => r.session.messageCount)}::int[],
      ${column((r) => r.session.size)}::int[],
      ${column((r) => r.session.origin)}::text[],
      ${column((r) => r.session.traceparent)}::text[],
      ${column((r) => Math.trunc(r.session.receivedAtMs))}::bigint[],
      ${column((r) => r.session.partition)}::int[]
    ) as new (source, session_id, version, user_id, payload_sha256, session_sha256, message_count, bytes, origin,
      traceparent, received_ms, partition)
    on conflict do nothing
    returning source, session_id as "sessionId", version`;
  const keys = new Set(inserted.map((r) => JSON.stringify([r.source, r.sessionId, r.version])));
  await insertPayloads(
    tx,
    rows.filter((row) => keys.has(keyOf(row))),
  );
  return [...keys];
}

/** bytea takes any byte; jsonb refuses NUL and half surrogate pairs, and one such row fails a whole batch. */
async function insertPayloads(tx: Transaction, rows: readonly Assigned[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into payloads (source, session_id, version, bytes, sha256, redactions)
    select * from unnest(
      ${rows.map((r) => r.session.source)}::text[],
      ${rows.map((r) => r.session.sessionId)}::text[],
      ${rows.map((r) => r.version)}::int[],
      ${tx.array(
        rows.map((r) => Buffer.from(r.session.payload.bytes)),
        1001, // bytea[]
      )},
      ${rows.map((r) => r.session.payload.redacted?.sha256 ?? null)}::text[],
      ${rows.map((r) => {
        const { redacted } = r.session.payload;
        return redacted && JSON.stringify(redacted.redactions);
      })}::text[]::jsonb[]
    )`;
}

const keyOf = ({ session, version }: Assigned): string =>
  JSON.stringify([session.source, session.sessionId, version]);
