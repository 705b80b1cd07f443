import { setImmediate } from 'node:timers/promises';
import { InvariantError } from '@millrace/shared/domain/errors';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { isJsonObject } from '@millrace/shared/domain/session-document';
import { decodeStrictJson } from '@millrace/shared/domain/strict-json';
import type { Sql, Transaction } from '@millrace/shared/ports/database';
import { holdErasures } from '@millrace/shared/runtime/erasure/erased-versions';
import { assembleSession, type StoredEvent } from '../core/assemble-session.ts';
import type { Assigned } from '../core/assign-versions.ts';
import { type Identified, identify } from '../core/identify.ts';
import { jsonBytes } from '../core/json-bytes.ts';
import type { ReadTimes } from '../core/read-times.ts';
import { knownVersions } from './known-versions.ts';
import { saveSessions } from './save-sessions.ts';
import { type NamedSession, sessionKeyOf } from './session-key.ts';

/** Of one transaction: sessions, and the bytes of their events. One session at least. */
export interface PageBounds {
  readonly sessions: number;
  readonly bytes: number;
}

/** Why a session closed: it was complete, its end was long enough ago, or nothing came any more. */
export type CloseCause = 'complete' | 'ended' | 'idle';

export interface Closed {
  readonly assigned: Assigned;
  readonly cause: CloseCause;
}

/**
 * Closes sessions that are due, the oldest first, those that another closer holds passed over: each becomes a version like
 * any other; content that a version has already makes none. The rows of a session are locked before any of `sessions`.
 * @throws InvariantError when the events of one are not those that were stored
 */
export async function closeSessions(
  tx: Transaction,
  readTimes: ReadTimes,
  bounds: PageBounds,
): Promise<readonly Closed[]> {
  await holdErasures(tx);
  const due = within(await claim(tx, readTimes, bounds.sessions), bounds.bytes);
  if (due.length === 0) return [];
  const events = await eventsOf(tx, due);
  const sessions: Identified[] = [];
  for (const row of due) {
    sessions.push(versionOf(row, events.get(sessionKeyOf(row)) ?? []));
    await setImmediate(); // heartbeats and requests have their turn: one of 8 MiB takes 1.3 s (2 busy cores, 2026-11-27)
  }
  const assigned = await saveSessions(tx, sessions, await knownVersions(tx, sessions));
  await markClosed(tx, due, assigned);
  return due.flatMap(({ cause }, i) => {
    const own = assigned[i];
    return own === undefined ? [] : [{ assigned: own, cause }];
  });
}

/** Whether a session is due that only closes when its partition has been read up to then; and the moment of the question. */
export async function readingAwaited(
  sql: Sql | Transaction,
): Promise<{ readonly isAwaited: boolean; readonly nowMs: number }> {
  const [row] = await sql<{ isAwaited: boolean; nowMs: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs", exists (
      select from gathered_sessions
      where state = 'open' and due_at <= statement_timestamp() and partition is not null and messages is distinct from expected
    ) as "isAwaited"`;
  return row ?? { isAwaited: false, nowMs: 0 };
}

interface Due extends NamedSession {
  readonly bytes: number;
  readonly events: number;
  readonly receivedAtMs: number;
  readonly traceparent: string | null;
  readonly cause: CloseCause;
}

/**
 * The moment is the statement's: no index is searched by clock_timestamp(), which may change from row to row. With 200,000
 * open sessions, none of them due, that took 620 ms, and 0.1 ms by the index (2026-11-27). The read times are an array by
 * partition, not rows: where 200,000 are due and none was read yet it is looked up for each.
 */
async function claim(
  tx: Transaction,
  readTimes: ReadTimes,
  limit: number,
): Promise<readonly Due[]> {
  const partitions = Math.max(-1, ...readTimes.keys()) + 1;
  const readAt = Array.from({ length: partitions }, (_, i) => readTimes.get(i)?.readAtMs ?? null);
  return await tx<Due[]>`
    select g.source, g.session_id as "sessionId", bytes, messages + ends as events, traceparent,
      (extract(epoch from received_at) * 1000)::float8 as "receivedAtMs",
      case when messages = expected then 'complete' when ends > 0 then 'ended' else 'idle' end as cause
    from gathered_sessions g
    where state = 'open' and due_at <= statement_timestamp() and (
      g.partition is null or messages = expected
      or due_at <= to_timestamp((${readAt}::float8[])[g.partition + 1] / 1000))
    order by due_at, g.source, g.session_id limit ${limit} for update of g skip locked`;
}

/** A prefix, of one at least. */
function within(due: readonly Due[], limit: number): readonly Due[] {
  let bytes = 0;
  const tooMany = due.findIndex((row, i) => {
    bytes += row.bytes;
    return bytes > limit && i > 0;
  });
  return tooMany < 0 ? due : due.slice(0, tooMany);
}

interface EventRow extends NamedSession {
  readonly kind: 'message' | 'end';
  readonly identity: string;
  readonly bytes: Uint8Array | null;
  readonly redactions: readonly Redaction[] | null;
}

async function eventsOf(
  tx: Transaction,
  due: readonly Due[],
): Promise<ReadonlyMap<string, readonly EventRow[]>> {
  const rows = await tx<EventRow[]>`
    select e.source, e.session_id as "sessionId", e.kind, e.identity, e.bytes, e.redactions
    from unnest(${due.map((d) => d.source)}::text[], ${due.map((d) => d.sessionId)}::text[]) as d (source, session_id)
    join gathered_events e using (source, session_id)`;
  return Map.groupBy(rows, sessionKeyOf);
}

/** What the application would have sent as a whole. */
function versionOf(row: Due, events: readonly EventRow[]): Identified {
  const { source, sessionId, receivedAtMs, traceparent } = row;
  if (events.length !== row.events) throw lost(row, events.length);
  const { document, redactions } = assembleSession(sessionId, events.map(storedEvent));
  const bytes = jsonBytes(document);
  const arrival = {
    source,
    origin: 'messages',
    receivedAtMs,
    partition: null,
    traceparent,
  } as const;
  const identified = identify(bytes, arrival, null);
  if (!identified.ok)
    throw new InvariantError(
      'MILLRACE_PROCESSING_ASSEMBLED',
      `a session that was put together from its messages cannot be read: ${identified.problem.sentence}`,
    );
  const { session } = identified;
  const redacted = redactions && { sha256: session.payloadSha256, redactions };
  return { ...session, payload: { bytes, redacted } };
}

function storedEvent(row: EventRow): StoredEvent {
  const decoded = decodeStrictJson(row.bytes ?? new Uint8Array());
  if (decoded.ok && isJsonObject(decoded.value))
    return {
      kind: row.kind,
      identity: row.identity,
      document: decoded.value,
      redactions: row.redactions,
    };
  throw new InvariantError(
    'MILLRACE_PROCESSING_GATHERED',
    'the bytes of a gathered message are not those that were stored',
  );
}

const lost = ({ events }: Due, found: number): InvariantError =>
  new InvariantError(
    'MILLRACE_PROCESSING_GATHERED',
    `a session has ${found} of its ${events} gathered messages and ends`,
  );

async function markClosed(
  tx: Transaction,
  due: readonly Due[],
  assigned: readonly Assigned[],
): Promise<void> {
  await tx`
    update gathered_sessions g set state = 'closed', closed_at = clock_timestamp(), versions = g.versions + n.fresh
    from unnest(
      ${due.map((d) => d.source)}::text[],
      ${due.map((d) => d.sessionId)}::text[],
      ${assigned.map(({ outcome }) => (outcome === 'applied' ? 1 : 0))}::int[]
    ) as n (source, session_id, fresh)
    where g.source = n.source and g.session_id = n.session_id`;
}
