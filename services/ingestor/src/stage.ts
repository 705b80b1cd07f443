import { type Topic, topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Saved, Stage, StageEvent } from '@millrace/shared/runtime/stage';
import { closedOutput } from './closed-output.ts';
import type { KnownVersion } from './core/assign-versions.ts';
import { type Identification, type Identified, identify } from './core/identify.ts';
import { kindsAtIngest, type RedactSettings } from './core/kinds-at-ingest.ts';
import { knownVersions } from './store/known-versions.ts';
import { saveSessions } from './store/save-sessions.ts';

const consumes = topics.sessionEvents;
type SessionEvent = typeof consumes extends Topic<infer Data> ? Data : never;

/** Who each event is, and every version that the tables hold of them. */
interface Facts {
  readonly identified: ReadonlyMap<StageEvent<SessionEvent>, Identification>;
  readonly known: readonly KnownVersion[];
}

interface Decision {
  readonly session: Identified;
  readonly known: readonly KnownVersion[];
}

/** Session events in, closed sessions out: their bytes kept once, by id and content, redacted where the settings say so. */
export function ingestor(settings: RedactSettings): Stage<SessionEvent, Facts, Decision> {
  const redact = kindsAtIngest(settings);
  const identifyEvent = ({ bytes, envelope, record }: StageEvent<SessionEvent>): Identification =>
    identify(
      bytes,
      {
        source: envelope.source,
        origin: 'kafka',
        receivedAtMs: record.timestampMs,
        partition: record.partition,
        traceparent: envelope.traceparent,
      },
      redact,
    );
  return {
    name: 'ingestor',
    consumes,
    produces: [topics.sessionClosed],
    deadLetters: redact === null ? 'whole' : 'hashes',
    async load(events, sql) {
      const identified = new Map(events.map((event) => [event, identifyEvent(event)]));
      const sessions = [...identified.values()].flatMap((i) => (i.ok ? [i.session] : []));
      return { identified, known: await knownVersions(sql, sessions) };
    },
    decide(event, { identified, known }) {
      const identification = identified.get(event) ?? identifyEvent(event);
      if (identification.ok) return { session: identification.session, known };
      const { errorCode, sentence } = identification.problem;
      throw new PoisonError(errorCode, sentence);
    },
    save,
  };
}

async function save(
  decided: readonly Decided<SessionEvent, Decision>[],
  tx: Transaction,
): Promise<Saved> {
  const sessions = decided.map(({ decision }) => decision.session);
  const assigned = await saveSessions(tx, sessions, decided[0]?.decision.known ?? []);
  return {
    outcomes: assigned.map(({ outcome }) => outcome),
    outputs: assigned.filter(({ outcome }) => outcome === 'applied').map(closedOutput),
  };
}
