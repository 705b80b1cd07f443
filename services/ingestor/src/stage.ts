import type { SessionEnd, SessionEnded, SessionMessage } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { endType, messageType, topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import { isJsonObject } from '@millrace/shared/domain/session-document';
import { decodeStrictJson } from '@millrace/shared/domain/strict-json';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Saved, Stage, StageEvent } from '@millrace/shared/runtime/stage';
import { closedOutput } from './closed-output.ts';
import type { KnownVersion } from './core/assign-versions.ts';
import { type Arrival, type Identified, identify } from './core/identify.ts';
import { type EventProblem, type GatheredEvent, identifyEvent } from './core/identify-event.ts';
import { kindsAtIngest, type RedactSettings } from './core/kinds-at-ingest.ts';
import { gatherEvents } from './store/gather-events.ts';
import { knownVersions } from './store/known-versions.ts';
import { saveSessions } from './store/save-sessions.ts';

type SessionEvent = SessionEnded | SessionMessage | SessionEnd;

/** A whole session, or a part of one that is not over; or why it is neither. */
type Identification =
  | { readonly kind: 'session'; readonly session: Identified }
  | { readonly kind: 'part'; readonly part: GatheredEvent }
  | { readonly kind: 'none'; readonly problem: EventProblem };

/** Who each event is, and every version that the tables hold of the whole sessions. */
interface Facts {
  readonly identified: ReadonlyMap<StageEvent<SessionEvent>, Identification>;
  readonly known: readonly KnownVersion[];
}

type Decision = Exclude<Identification, { kind: 'none' }> & {
  readonly known: readonly KnownVersion[];
};

export type IngestSettings = RedactSettings & {
  readonly session: Pick<Settings['session'], 'session_timeout' | 'end_grace'>;
};

/**
 * Session events in: whole ones are closed sessions out, their bytes kept once, by id and content; messages and ends are put
 * to their sessions, which the close loop closes. Redacted where the settings say so.
 */
export function ingestor(settings: IngestSettings): Stage<SessionEvent, Facts, Decision> {
  const redact = kindsAtIngest(settings);
  const identifyEither = (event: StageEvent<SessionEvent>): Identification => {
    const arrival = arrivalOf(event);
    const { type } = event.envelope;
    if (type === messageType || type === endType) {
      const kind = type === messageType ? 'message' : 'end';
      const found = identifyEvent(receivedOf(event, kind), arrival, redact);
      return found.ok ? { kind: 'part', part: found.event } : { kind: 'none', ...found };
    }
    const found = identify(event.bytes, arrival, redact);
    return found.ok ? { kind: 'session', session: found.session } : { kind: 'none', ...found };
  };
  return {
    name: 'ingestor',
    consumes: topics.sessionEvents,
    produces: [topics.sessionClosed],
    deadLetters: redact === null ? 'whole' : 'hashes',
    async load(events, sql) {
      const identified = new Map(events.map((event) => [event, identifyEither(event)]));
      return { identified, known: await knownVersions(sql, sessionsIn([...identified.values()])) };
    },
    decide(event, { identified, known }) {
      const identification = identified.get(event) ?? identifyEither(event);
      if (identification.kind !== 'none') return { ...identification, known };
      const { errorCode, sentence } = identification.problem;
      throw new PoisonError(errorCode, sentence);
    },
    save: (decided, tx) => save(decided, tx, settings),
  };
}

const arrivalOf = ({ envelope, record }: StageEvent<SessionEvent>): Arrival => ({
  source: envelope.source,
  origin: 'kafka',
  receivedAtMs: record.timestampMs,
  partition: record.partition,
  traceparent: envelope.traceparent,
});

/** The runtime has parsed the bytes before: what it gave is their document. */
function receivedOf({ bytes, envelope }: StageEvent<SessionEvent>, kind: 'message' | 'end') {
  const decoded = decodeStrictJson(bytes);
  const document = decoded.ok && isJsonObject(decoded.value) ? decoded.value : {};
  const { session_id: id } = document;
  const sessionId = typeof id === 'string' ? id : '';
  return { kind, sessionId, document, bytes, eventId: envelope.id, ordinal: 0 };
}

const sessionsIn = (all: readonly Identification[]): readonly Identified[] =>
  all.flatMap((one) => (one.kind === 'session' ? [one.session] : []));

async function save(
  decided: readonly Decided<SessionEvent, Decision>[],
  tx: Transaction,
  { session: settings }: IngestSettings,
): Promise<Saved> {
  const decisions = decided.map(({ decision }) => decision);
  const parts = decisions.flatMap((one) => (one.kind === 'part' ? [one.part] : []));
  const sessions = sessionsIn(decisions);
  const gathered = (await gatherEvents(tx, parts, settings)).values();
  const saved = await saveSessions(tx, sessions, decisions[0]?.known ?? []);
  const assigned = saved.values();
  return {
    outcomes: decisions.map(({ kind }) =>
      kind === 'part'
        ? (gathered.next().value ?? 'duplicate')
        : (assigned.next().value?.outcome ?? 'duplicate'),
    ),
    outputs: saved.filter(({ outcome }) => outcome === 'applied').map(closedOutput),
  };
}
