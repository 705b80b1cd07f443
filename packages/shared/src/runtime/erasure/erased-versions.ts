import { subjectSha256, subjectsOf } from '../../domain/erasure.ts';
import type { SessionKey } from '../../domain/session.ts';
import type { Transaction } from '../../ports/database.ts';

/**
 * Erasures and everything that writes text wait for each other by one lock: a batch takes it shared, so batches do not wait
 * for batches; an erasure takes it alone. Whoever holds it sees every erasure that was committed, and none begins.
 */
const lockName = 'millrace erasure';

export const lockForErasure = (tx: Transaction) =>
  tx`select pg_advisory_xact_lock(hashtextextended(${lockName}, 0))`;

/** No erasure begins before the transaction ends, and those before are seen by its next statements. */
export const holdErasures = (tx: Transaction) =>
  tx`select pg_advisory_xact_lock_shared(hashtextextended(${lockName}, 0))`;

/** Which of these session versions are erased; no other of them will be before the transaction ends. Two statements, one round trip. */
export async function erasedVersions(
  tx: Transaction,
  keys: readonly SessionKey[],
): Promise<{ has(key: SessionKey): boolean }> {
  const [, rows] = await Promise.all([
    holdErasures(tx),
    tx<SessionKey[]>`
      select s.source, s.session_id as "sessionId", s.version
      from unnest(
        ${keys.map((k) => k.source)}::text[],
        ${keys.map((k) => k.sessionId)}::text[],
        ${keys.map((k) => k.version)}::int[]
      ) as k (source, session_id, version)
      join sessions s using (source, session_id, version) where s.state = 'erased'`,
  ]);
  const erased = new Set(rows.map(nameOf));
  return { has: (key) => erased.has(nameOf(key)) };
}

interface Arriving {
  readonly source: string;
  readonly sessionId: string;
  readonly userId: string | null;
}

/** Which of the sessions that come in must not: they, or their users, were forgotten. Locks and costs as above. */
export async function forgottenSessions<S extends Arriving>(
  tx: Transaction,
  sessions: readonly S[],
): Promise<ReadonlySet<S>> {
  const names = new Map(
    sessions.map((session) => [session, subjectsOf(session).map(subjectSha256)]),
  );
  const [, rows] = await Promise.all([
    holdErasures(tx),
    tx<{ subject_sha256: string }[]>`
      select subject_sha256 from tombstones where subject_sha256 = any(${[...new Set([...names.values()].flat())]}::text[])`,
  ]);
  const gone = new Set(rows.map((row) => row.subject_sha256));
  return new Set(sessions.filter((session) => names.get(session)?.some((name) => gone.has(name))));
}

const nameOf = ({ source, sessionId, version }: SessionKey): string =>
  JSON.stringify([source, sessionId, version]);
