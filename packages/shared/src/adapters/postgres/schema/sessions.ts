import { pg, sql } from '../drizzle.ts';
import { bytea, moment, sessionKey } from './columns.ts';

const { index, integer, jsonb, pgTable, primaryKey, real, text, unique, uniqueIndex, uuid } = pg;

/** One row a session version. Content seen before, of any version, is a duplicate and makes no row. */
export const sessions = pgTable(
  'sessions',
  {
    ...sessionKey(),
    /** Null without one, and once it is erased. */
    userId: text('user_id'),
    state: text('state').notNull(), // closed | erased
    payloadSha256: text('payload_sha256').notNull(),
    sessionSha256: text('session_sha256').notNull(),
    messageCount: integer('message_count').notNull(),
    bytes: integer('bytes').notNull(),
    origin: text('origin').notNull(), // kafka | http | messages (closed from gathered ones)
    traceparent: text('traceparent'),
    receivedAt: moment('received_at').notNull(),
    partition: integer('partition'), // of its record; null over HTTP, and from before migration 0008
    /** When its payload went by storage.retention.raw_days; null while it is there, and when it was erased before. */
    rawPurgedAt: moment('raw_purged_at'),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.sessionId, t.version] }),
    unique('sessions_content').on(t.source, t.sessionId, t.sessionSha256),
    index('sessions_by_id').on(t.sessionId),
    index('sessions_by_user').on(t.userId).where(sql`user_id is not null`),
  ],
);

/** The exact bytes received (jsonb refuses NUL and lone surrogates), or what is left of them by `storage.redact_at: ingest`; until `storage.retention`. */
export const payloads = pgTable(
  'payloads',
  {
    ...sessionKey(),
    bytes: bytea('bytes').notNull(),
    /** Hash of the bytes where they are not those received; null where they are. */
    sha256: text('sha256'),
    /** What was redacted before they were stored; null as above. */
    redactions: jsonb('redactions'),
  },
  (t) => [primaryKey({ columns: [t.source, t.sessionId, t.version] })],
);

/** One row a session, or a request with messages or an end, that was accepted over HTTP: the ledger's count of what came in by that door. */
export const httpAccepts = pgTable(
  'http_accepts',
  {
    id: uuid('id').primaryKey(),
    source: text('source').notNull(),
    sessionId: text('session_id').notNull(),
    /** Null for messages and ends, which belong to no version yet. */
    version: integer('version'),
    outcome: text('outcome').notNull(), // applied | duplicate
    /** Events of the request, and how many of them were there before; of a session 1, and by its outcome. */
    events: integer('events').notNull().default(1),
    duplicates: integer('duplicates').notNull().default(0),
    acceptedAt: moment('accepted_at').notNull().defaultNow(),
    /** Of its header Idempotency-Key, and the hash of the body that it stands for; null without one, or when it was erased. */
    idempotencyKey: text('idempotency_key'),
    payloadSha256: text('payload_sha256'),
  },
  (t) => [
    uniqueIndex('http_accepts_key')
      .on(t.source, t.idempotencyKey)
      .where(sql`idempotency_key is not null`),
  ],
);

/**
 * A function of the session version and the configuration, of nothing else: no time in it. Beside it, what a person
 * decided. The view `standing_verdicts` (migrations) gives the one row of each version that counts: that of the revision
 * seen last; its column `stands` is the override where there is one.
 */
export const verdicts = pgTable(
  'verdicts',
  {
    ...sessionKey(),
    revision: text('revision').notNull(),
    verdict: text('verdict').notNull(), // kept | rejected
    quality: real('quality').notNull(),
    findings: jsonb('findings').notNull(),
    metrics: jsonb('metrics').notNull(),
    /** Null when rejected, unless a person accepted it; of an erased session only that there was one. */
    cleaned: jsonb('cleaned'),
    /** kept | rejected: copy of the version's row in `overrides`, null without one. */
    override: text('override'),
  },
  (t) => [primaryKey({ columns: [t.source, t.sessionId, t.version, t.revision] })],
);

/** A person's decision on a session version, whatever the settings say. Each change has an audit row with who and why. */
export const overrides = pgTable(
  'overrides',
  {
    ...sessionKey(),
    verdict: text('verdict').notNull(), // kept | rejected
    why: text('why').notNull(),
    decidedBy: text('decided_by').notNull(),
    /** How often it was decided on, from 1. */
    changes: integer('changes').notNull(),
    decidedAt: moment('decided_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.source, t.sessionId, t.version] })],
);

export const augmentations = pgTable(
  'augmentations',
  {
    ...sessionKey(),
    revision: text('revision').notNull(),
    side: text('side').notNull(),
    pairs: integer('pairs').notNull(),
    chats: integer('chats').notNull(),
    /** Per technique: proposed, accepted, refused by reason. */
    techniques: jsonb('techniques').notNull(),
    /** When the examples became ready, on the database clock: what the training trigger counts and waits by. */
    readyAt: moment('ready_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.sessionId, t.version, t.revision] }),
    index('augmentations_by_ready').on(t.readyAt),
  ],
);

export const examples = pgTable(
  'examples',
  {
    id: text('id').notNull(),
    revision: text('revision').notNull(),
    ...sessionKey(),
    userId: text('user_id'),
    kind: text('kind').notNull(),
    technique: text('technique').notNull(),
    parentId: text('parent_id'),
    position: integer('position').notNull(),
    /** pair: {anchor, positive}; chat: {messages} */
    content: jsonb('content').notNull(),
    contentSha256: text('content_sha256').notNull(),
    features: jsonb('features').notNull(),
    firstDataset: text('first_dataset'),
    lastDataset: text('last_dataset'),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.revision] }),
    index('examples_by_session').on(t.source, t.sessionId, t.version, t.revision),
  ],
);

/** Side of a group, stored at first sight, for life. */
export const sides = pgTable('sides', {
  groupKey: text('group_key').primaryKey(),
  side: text('side').notNull(), // train | holdout
});
