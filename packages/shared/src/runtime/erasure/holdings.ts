import { topics } from '../../contracts/topics.ts';
import {
  addReceipts,
  type ErasureReceipt,
  nothingErased,
  type Subject,
} from '../../domain/erasure.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { affectedModels } from './affected-models.ts';
import { type ErasedGathering, gatheredOf } from './erased-gathering.ts';
import { type ErasedVersion, keysOf } from './erased-rows.ts';
import { lettersNaming } from './letters-naming.ts';
import { sessionsOfSubject } from './tombstones.ts';

/** What an erasure would take, by one look at all tables. Writes and locks nothing. */
export async function wouldErase(sql: Sql, subject: Subject): Promise<ErasureReceipt> {
  return await sql.begin(oneLook, async (tx) => (await holdingsOf(tx, subject)).receipt);
}

/** Transaction in which all statements see the same moment. */
export const oneLook = 'isolation level repeatable read read only';

export interface Holdings {
  readonly receipt: ErasureReceipt;
  /** Ids of sessions that are there, also of those that did not close yet. */
  readonly sessions: readonly string[];
  /** Ids of dead letters that name the subject. */
  readonly letters: readonly string[];
}

/** What there is of a subject, and what a receipt of its erasure would say. */
export async function holdingsOf(tx: Transaction, subject: Subject): Promise<Holdings> {
  const sessions = await sessionsOfSubject(tx, subject);
  const versions = await tx<ErasedVersion[]>`
    select source, session_id as "sessionId", version, user_id as "userId", origin
    from sessions where source = ${subject.source} and session_id = any(${[...sessions]}::text[]) and state <> 'erased'
    order by session_id, version`;
  const [examples] = await tx<{ count: number }[]>`
    select count(*)::int as count from examples t join ${keysOf(tx, versions)}
    on t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  const letters = await lettersOf(tx, subject, sessions);
  const gathered = await gatheredOf(tx, { source: subject.source, ids: sessions });
  const found = addReceipts(
    await foundIn(tx, versions, gathered),
    await ofLetters(tx, letters.length),
  );
  return { receipt: { ...found, examples: examples?.count ?? 0 }, sessions, letters };
}

/** Ids of dead letters that name the subject or one of its sessions. */
export const lettersOf = (
  sql: Sql | Transaction,
  { source, id }: Subject,
  sessions: readonly string[],
): Promise<readonly string[]> => lettersNaming(sql, { source, ids: new Set([id, ...sessions]) });

/** What a receipt says of versions, before anything of them is deleted, and of what was gathered. */
export async function foundIn(
  tx: Transaction,
  versions: readonly ErasedVersion[],
  gathered: readonly ErasedGathering[],
): Promise<ErasureReceipt> {
  const inKafka =
    versions.some(({ origin }) => origin === 'kafka') ||
    gathered.some(({ partition }) => partition !== null);
  return {
    ...nothingErased,
    versions: versions.length,
    sessions: new Set([...versions, ...gathered].map(({ sessionId }) => sessionId)).size,
    messages: gathered.reduce((sum, { messages }) => sum + messages, 0),
    models: await affectedModels(tx, versions),
    in_kafka_until: inKafka ? await heldUntil(tx) : null,
  };
}

export const ofLetters = async (tx: Transaction, count: number): Promise<ErasureReceipt> => ({
  ...nothingErased,
  dead_letters: count,
  in_kafka_until: count > 0 ? await heldUntil(tx) : null,
});

/** Kafka's default of `segment.ms`: it deletes whole segments, when their newest record is old enough. */
const segmentMs = 7 * 24 * 3_600_000;

/** When the broker has nothing left, whenever the application published last: what it repeated left no row. */
async function heldUntil(tx: Transaction): Promise<string> {
  const seconds = (topics.sessionEvents.retentionMs + segmentMs) / 1000;
  const [row] = await tx<{ at: Date }[]>`
    select clock_timestamp() + make_interval(secs => ${seconds}) as at`;
  return (row?.at ?? new Date(0)).toISOString();
}
