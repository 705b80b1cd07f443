import type { Settings } from '@millrace/shared/contracts/settings';
import type { PoisonError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import { forgottenSessions } from '@millrace/shared/runtime/erasure/erased-versions';
import { type Gathering, gather } from '../core/gather.ts';
import type { GatheredEvent } from '../core/identify-event.ts';
import { type NamedSession, sessionKeyOf } from './session-key.ts';

export type GatherOutcome = 'applied' | 'duplicate' | 'erased' | PoisonError;

/**
 * Messages and ends put to their sessions, in one transaction with what the caller writes beside them. Each session's row
 * is locked first, in order of the keys and before any row of `sessions`, so nobody waits crosswise and what is decided
 * about a session is decided about all of it.
 * @returns one for each event, in order
 */
export async function gatherEvents(
  tx: Transaction,
  events: readonly GatheredEvent[],
  settings: Pick<Settings['session'], 'session_timeout' | 'end_grace'>,
): Promise<readonly GatherOutcome[]> {
  if (events.length === 0) return [];
  const forgotten = await forgottenSessions(tx, events);
  const bySession = groupsOf(events.filter((event) => !forgotten.has(event)));
  const outcomes = new Map<GatheredEvent, GatherOutcome>();
  const written: Written[] = [];
  if (bySession.size > 0) {
    const { nowMs, rows } = await lockSessions(tx, [...bySession.values()]);
    const known = await knownEvents(tx, [...bySession.values()].flat());
    for (const [key, own] of bySession) {
      const held = known.get(key) ?? new Map<string, string | null>();
      const before = rows.get(key) ?? null;
      const gathered = gather(before, own, { known: held, nowMs, settings });
      for (const [i, event] of own.entries())
        outcomes.set(event, gathered.outcomes[i] ?? 'duplicate');
      const fresh = own.filter((_, i) => gathered.outcomes[i] === 'applied');
      const [first] = fresh;
      if (first !== undefined) written.push({ of: first, after: gathered.after, fresh });
      else if (before === null) await dropEmpty(tx, own);
    }
  }
  if (written.length > 0) {
    await insertEvents(
      tx,
      written.flatMap(({ fresh }) => fresh),
    );
    await updateSessions(tx, written);
  }
  return events.map((event) =>
    forgotten.has(event) ? 'erased' : (outcomes.get(event) ?? 'duplicate'),
  );
}

interface Written {
  readonly of: GatheredEvent;
  readonly after: Gathering;
  readonly fresh: readonly GatheredEvent[];
}

/** In order of the keys. */
function groupsOf(events: readonly GatheredEvent[]): ReadonlyMap<string, GatheredEvent[]> {
  const groups = Map.groupBy(events, sessionKeyOf);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Row = Gathering & NamedSession & { readonly isNew: boolean };

/** Their rows, locked until the transaction ends, made where there is none; and the moment of it. */
async function lockSessions(
  tx: Transaction,
  groups: readonly (readonly GatheredEvent[])[],
): Promise<{ readonly nowMs: number; readonly rows: ReadonlyMap<string, Gathering> }> {
  const sources = groups.map(([first]) => first?.source ?? '');
  const ids = groups.map(([first]) => first?.sessionId ?? '');
  await tx`
    insert into gathered_sessions (source, session_id, state, messages, ends, bytes, versions, opened_at, due_at, received_at)
    select source, session_id, 'open', 0, 0, 0, 0, now(), now(), 'epoch'
    from unnest(${sources}::text[], ${ids}::text[]) as new (source, session_id)
    on conflict do nothing`;
  const rows = await tx<(Row & { readonly nowMs: number })[]>`
    select source, session_id as "sessionId", state, messages, ends, bytes, expected,
      ${ms(tx, 'opened_at')} as "openedAtMs", ${ms(tx, 'ended_at')} as "endedAtMs", ${ms(tx, 'due_at')} as "dueAtMs",
      ${ms(tx, 'received_at')} as "receivedAtMs", partition, traceparent, purged_at is not null as "isPurged",
      messages + ends = 0 as "isNew", (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"
    from gathered_sessions g
    where (source, session_id) in (select * from unnest(${sources}::text[], ${ids}::text[]))
    order by source collate "C", session_id collate "C" for update`;
  return {
    nowMs: Math.max(...rows.map(({ nowMs }) => nowMs)),
    rows: new Map(rows.filter(({ isNew }) => !isNew).map((row) => [sessionKeyOf(row), row])),
  };
}

/** A session of which nothing was taken: its row, made only to be locked, would close without a message. */
async function dropEmpty(tx: Transaction, [first]: readonly GatheredEvent[]): Promise<void> {
  if (first === undefined) return;
  const { source, sessionId } = first;
  await tx`
    delete from gathered_sessions
    where source = ${source} and session_id = ${sessionId} and messages + ends = 0`;
}

const ms = (tx: Transaction, column: string) =>
  tx`(extract(epoch from ${tx(column)}) * 1000)::float8`;

async function knownEvents(
  tx: Transaction,
  events: readonly GatheredEvent[],
): Promise<ReadonlyMap<string, Map<string, string | null>>> {
  const rows = await tx<(NamedSession & { identity: string; sha256: string | null })[]>`
    select e.source, e.session_id as "sessionId", e.identity, e.sha256
    from (
      select distinct source, session_id, identity from unnest(
        ${events.map((e) => e.source)}::text[],
        ${events.map((e) => e.sessionId)}::text[],
        ${events.map((e) => e.identity)}::text[]
      ) as asked (source, session_id, identity)
    ) as asked
    join gathered_events e using (source, session_id, identity)`;
  const known = new Map<string, Map<string, string | null>>();
  for (const row of rows) {
    const own = known.get(sessionKeyOf(row)) ?? new Map<string, string | null>();
    known.set(sessionKeyOf(row), own.set(row.identity, row.sha256));
  }
  return known;
}

/** bytea, as every text that somebody wrote: see insertPayloads. */
async function insertEvents(tx: Transaction, events: readonly GatheredEvent[]): Promise<void> {
  await tx`
    insert into gathered_events (source, session_id, identity, kind, user_id, sha256, bytes, redactions)
    select * from unnest(
      ${events.map((e) => e.source)}::text[],
      ${events.map((e) => e.sessionId)}::text[],
      ${events.map((e) => e.identity)}::text[],
      ${events.map((e) => e.kind)}::text[],
      ${events.map((e) => e.userId)}::text[],
      ${events.map((e) => e.sha256)}::text[],
      ${tx.array(
        events.map((e) => Buffer.from(e.bytes)),
        1001, // bytea[]
      )},
      ${events.map((e) => e.redactions && JSON.stringify(e.redactions))}::text[]::jsonb[]
    )`;
}

async function updateSessions(tx: Transaction, written: readonly Written[]): Promise<void> {
  const column = <T>(of: (row: Written) => T): T[] => written.map(of);
  await tx`
    update gathered_sessions g set state = n.state, messages = n.messages, ends = n.ends, bytes = n.bytes,
      expected = n.expected, opened_at = to_timestamp(n.opened / 1000), ended_at = to_timestamp(n.ended / 1000),
      due_at = to_timestamp(n.due / 1000), received_at = to_timestamp(n.received / 1000), partition = n.partition,
      traceparent = n.traceparent
    from unnest(
      ${column((r) => r.of.source)}::text[],
      ${column((r) => r.of.sessionId)}::text[],
      ${column((r) => r.after.state)}::text[],
      ${column((r) => r.after.messages)}::int[],
      ${column((r) => r.after.ends)}::int[],
      ${column((r) => r.after.bytes)}::int[],
      ${column((r) => r.after.expected)}::int[],
      ${column((r) => r.after.openedAtMs)}::float8[],
      ${column((r) => r.after.endedAtMs)}::float8[],
      ${column((r) => r.after.dueAtMs)}::float8[],
      ${column((r) => r.after.receivedAtMs)}::float8[],
      ${column((r) => r.after.partition)}::int[],
      ${column((r) => r.after.traceparent)}::text[]
    ) as n (source, session_id, state, messages, ends, bytes, expected, opened, ended, due, received, partition, traceparent)
    where g.source = n.source and g.session_id = n.session_id`;
}
