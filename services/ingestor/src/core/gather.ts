/**
 * A session that comes message by message.
 *
 * States: (none) -> open, by its first event -> closed, by the closer, when a version holds all of its events -> open again,
 * by an event that was not there before. From any of them -> erased, by who forgets it; its events are refused at the door.
 * What was there before changes nothing, so a replay of the topic changes nothing.
 *
 * The clock is the database's at the commit, not the records': a source whose clock is late, or that publishes what is a
 * day old, would else see its session close between two messages. How far a partition was read is asked apart (read-times.ts).
 */
import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import type { Settings } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { GatheredEvent } from './identify-event.ts';

/** Its row. Moments in milliseconds since 1970. */
export interface Gathering {
  readonly state: 'open' | 'closed';
  readonly messages: number;
  readonly ends: number;
  readonly bytes: number;
  readonly expected: number | null;
  readonly openedAtMs: number;
  readonly endedAtMs: number | null;
  readonly dueAtMs: number;
  readonly receivedAtMs: number;
  readonly partition: number | null;
  readonly traceparent: string | null;
  /** Its text went by its age: there is nothing that a later message could be put to. */
  readonly isPurged: boolean;
}

export interface GatherOptions {
  /** Hash of what it says, by identity, of the events that are there. */
  readonly known: ReadonlyMap<string, string | null>;
  readonly nowMs: number;
  readonly settings: Pick<Settings['session'], 'session_timeout' | 'end_grace'>;
}

export interface Gathered {
  readonly after: Gathering;
  /** One for each event; a reason where there is no place for it. */
  readonly outcomes: readonly ('applied' | 'duplicate' | PoisonError)[];
}

/**
 * The session with these events, and what became of each.
 * @param before null for a session that is new
 * @param events of one session, in order of arrival
 */
export function gather(
  before: Gathering | null,
  events: readonly GatheredEvent[],
  { known, nowMs, settings }: GatherOptions,
): Gathered {
  const seen = new Map(known);
  let after = before ?? none;
  const outcomes = events.map((event) => {
    const held = seen.get(event.identity);
    if (held !== undefined)
      return held === null || held === event.sha256 ? ('duplicate' as const) : otherContent;
    const refused = noPlace(after, event);
    if (refused !== null) return refused;
    seen.set(event.identity, event.sha256);
    after = withEvent(after, event, nowMs);
    return 'applied' as const;
  });
  if (!outcomes.includes('applied')) return { after, outcomes };
  const openedAtMs = before?.state === 'open' ? before.openedAtMs : nowMs;
  const open = { ...after, state: 'open' as const, openedAtMs };
  return { after: { ...open, dueAtMs: dueAt(open, nowMs, settings) }, outcomes };
}

/** All that its ends announced is there: it closes without waiting. */
const isComplete = ({ messages, expected }: Pick<Gathering, 'messages' | 'expected'>) =>
  messages === expected;

function dueAt(
  session: Gathering,
  nowMs: number,
  { session_timeout, end_grace }: GatherOptions['settings'],
): number {
  if (isComplete(session)) return nowMs;
  const { endedAtMs, openedAtMs } = session;
  if (endedAtMs === null) return nowMs + session_timeout * 1000;
  return Math.max(endedAtMs, openedAtMs) + end_grace * 1000;
}

const none: Gathering = {
  state: 'open',
  messages: 0,
  ends: 0,
  bytes: 0,
  expected: null,
  openedAtMs: 0,
  endedAtMs: null,
  dueAtMs: 0,
  receivedAtMs: 0,
  partition: null,
  traceparent: null,
  isPurged: false,
};

function withEvent(session: Gathering, event: GatheredEvent, nowMs: number): Gathering {
  const isEnd = event.kind === 'end';
  const { messageCount } = event;
  return {
    ...session,
    messages: session.messages + (isEnd ? 0 : 1),
    ends: session.ends + (isEnd ? 1 : 0),
    bytes: session.bytes + event.size,
    expected:
      messageCount === null ? session.expected : Math.max(messageCount, session.expected ?? 0),
    endedAtMs: isEnd ? nowMs : session.endedAtMs,
    receivedAtMs: Math.max(event.receivedAtMs, session.receivedAtMs),
    partition: event.partition ?? session.partition,
    traceparent: event.traceparent ?? session.traceparent,
  };
}

const otherContent = new PoisonError(
  'MILLRACE_INPUT_MESSAGE_ID',
  'another message of this session has this id: a message has an id of its own, and is not changed',
);

/** Why a session takes no more of it; null when it does. */
function noPlace(session: Gathering, { size }: GatheredEvent): PoisonError | null {
  if (session.isPurged)
    return new PoisonError(
      'MILLRACE_INPUT_SESSION_PURGED',
      'the messages of this session went by storage.retention.raw_days: it takes no later ones',
    );
  const { sessionBytes, events } = sessionLimits;
  const bytes = session.bytes + size;
  if (bytes > sessionBytes)
    return new PoisonError(
      'MILLRACE_INPUT_SESSION_TOO_LARGE',
      `a session has at most ${sessionBytes} bytes, with this message it would have ${bytes}`,
    );
  if (session.messages + session.ends >= events)
    return new PoisonError(
      'MILLRACE_INPUT_SESSION_TOO_LARGE',
      `a session has at most ${events} messages and ends`,
    );
  return null;
}
