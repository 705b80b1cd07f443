import { pg } from '../drizzle.ts';
import { bytea, moment } from './columns.ts';

const { bigint, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } = pg;

/** Events written with their facts in one transaction, published right after it, then deleted. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey(),
    topic: text('topic').notNull(),
    key: text('key').notNull(),
    headers: jsonb('headers').notNull(),
    value: bytea('value').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [index('outbox_by_age').on(t.createdAt)],
);

/** A record that nobody could handle: all its bytes, once. A retry sends them again and leaves the row. */
export const deadLetters = pgTable(
  'dead_letters',
  {
    id: uuid('id').primaryKey(),
    stage: text('stage').notNull(),
    topic: text('topic').notNull(),
    partition: integer('partition').notNull(),
    offset: bigint('record_offset', { mode: 'bigint' }).notNull(),
    key: bytea('key'),
    headers: jsonb('headers').notNull(),
    bytes: bytea('bytes'),
    sha256: text('sha256').notNull(),
    code: text('code').notNull(),
    message: text('message').notNull(),
    retriedAt: moment('retried_at'),
    /** When its bytes, key and headers were thrown away; cause, place and hash stay, so that the ledger balances. */
    purgedAt: moment('purged_at'),
    deadAt: moment('dead_at').notNull().defaultNow(),
  },
  (t) => [
    // the bytes too: a topic that was made anew begins at offset 0 again
    unique('dead_letters_record').on(t.stage, t.topic, t.partition, t.offset, t.sha256),
  ],
);

/**
 * How far a stage has come in a partition, written with the batch's rows: a redelivery below `next_offset` counts
 * nothing twice. One writer a row (the partition's consumer), so it is no shared hot row. The counters are of events
 * that leave no row of their own.
 */
export const progress = pgTable(
  'progress',
  {
    stage: text('stage').notNull(),
    topic: text('topic').notNull(),
    partition: integer('partition').notNull(),
    firstOffset: bigint('first_offset', { mode: 'bigint' }).notNull(),
    nextOffset: bigint('next_offset', { mode: 'bigint' }).notNull(),
    duplicate: bigint('duplicate', { mode: 'bigint' }).notNull(),
    superseded: bigint('superseded', { mode: 'bigint' }).notNull(),
    erased: bigint('erased', { mode: 'bigint' }).notNull(),
    noted: bigint('noted', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.stage, t.topic, t.partition] })],
);

/**
 * Code version and settings of a stage, by hash. Current is the one seen last: that of the newest start of the stage, or of
 * the newest reprocess. Stage `examples` names what examples are keyed by: the revisions of validator and augmentor.
 */
export const revisions = pgTable(
  'revisions',
  {
    stage: text('stage').notNull(),
    revision: text('revision').notNull(),
    settings: jsonb('settings').notNull(),
    firstSeen: moment('first_seen').notNull().defaultNow(),
    lastSeen: moment('last_seen').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.stage, t.revision] })],
);

/** Who must not come again: a session or a user that was forgotten, by the hash of its name. Who asked for it is in `audit`. */
export const tombstones = pgTable('tombstones', {
  subjectSha256: text('subject_sha256').primaryKey(),
  kind: text('kind').notNull(), // session | user
  erasedAt: moment('erased_at').notNull().defaultNow(),
});

/** Who did what that changes no data by itself: a job asked for, an alias moved, a dead letter sent again; and what was erased. */
export const audit = pgTable('audit', {
  id: uuid('id').primaryKey(),
  action: text('action').notNull(), // revision_recorded | verdict_overridden | judged_again | augmented_again | job_queued | model_registered | alias_moved | dead_letter_retried | dead_letter_purged | forgotten | session_erased | erased | payloads_purged | gathered_erased | gathered_purged | models_compared
  subject: text('subject').notNull(),
  detail: jsonb('detail').notNull(),
  at: moment('at').notNull().defaultNow(),
});
