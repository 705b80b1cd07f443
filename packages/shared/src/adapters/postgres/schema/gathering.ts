import { pg, sql } from '../drizzle.ts';
import { bytea, moment } from './columns.ts';

const { index, integer, jsonb, pgTable, primaryKey, text } = pg;

/**
 * A session that comes message by message: one row, locked by whoever adds to it or closes it. open: it holds events that
 * no version has; closed: a version has all of them, and one more opens it again; erased: somebody asked for it.
 */
export const gatheredSessions = pgTable(
  'gathered_sessions',
  {
    source: text('source').notNull(),
    sessionId: text('session_id').notNull(),
    state: text('state').notNull(), // open | closed | erased
    /** Rows of `gathered_events`, by kind, and the bytes that they had as received. */
    messages: integer('messages').notNull(),
    ends: integer('ends').notNull(),
    bytes: integer('bytes').notNull(),
    /** Versions that closing made of it. */
    versions: integer('versions').notNull(),
    /** Messages that its ends announced, the most of them; null where none did. */
    expected: integer('expected'),
    /** When it was opened, for the last time; when its last end came; when it closes. All on the database clock. */
    openedAt: moment('opened_at').notNull(),
    endedAt: moment('ended_at'),
    dueAt: moment('due_at').notNull(),
    closedAt: moment('closed_at'),
    /** Of its newest event: broker time or HTTP accept, and partition; null where none came by the broker. */
    receivedAt: moment('received_at').notNull(),
    partition: integer('partition'),
    traceparent: text('traceparent'),
    /** When its text went by storage.retention.raw_days. */
    purgedAt: moment('purged_at'),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.sessionId] }),
    index('gathered_sessions_due').on(t.dueAt).where(sql`state = 'open'`),
    index('gathered_sessions_by_id').on(t.sessionId),
  ],
);

/** Messages and ends as received: what an open session is made of. One row an event that was not there before. */
export const gatheredEvents = pgTable(
  'gathered_events',
  {
    source: text('source').notNull(),
    sessionId: text('session_id').notNull(),
    /** Id of the event, or the hash of what it says; drawn anew when it is erased. */
    identity: text('identity').notNull(),
    kind: text('kind').notNull(), // message | end
    userId: text('user_id'),
    /** Hash of what it says: the same identity must say the same. Null, as the bytes are, once they went. */
    sha256: text('sha256'),
    bytes: bytea('bytes'),
    /** What was redacted before they were stored; null where they are those received. */
    redactions: jsonb('redactions'),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.sessionId, t.identity] }),
    index('gathered_events_by_user').on(t.source, t.userId).where(sql`user_id is not null`),
  ],
);
