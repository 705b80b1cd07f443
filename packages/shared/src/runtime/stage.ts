import type { StageName, Topic } from '../contracts/topics.ts';
import type { PoisonError } from '../domain/errors.ts';
import type { Sql, Transaction } from '../ports/database.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';

/** Where a record's event came from and what it is: the CloudEvents attributes that the stages use. */
export interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  readonly time: string | null;
  readonly traceparent: string | null;
}

/** One record, decoded and parsed once, at the edge. */
export interface StageEvent<Data> {
  readonly data: Data;
  readonly envelope: Envelope;
  readonly record: IncomingRecord;
  /** The bytes of the data as received; for a structured event, the bytes of its data member. */
  readonly bytes: Uint8Array;
}

/** What a stage sends on. The runtime makes the envelope, writes the outbox row and publishes after the commit. */
export interface StageOutput {
  readonly topic: Topic;
  /** Natural key of the fact; the event's id is its uuidv5, so a replay sends the same event. */
  readonly naturalKey: readonly (string | number)[];
  readonly key: string;
  readonly data: unknown;
  readonly traceparent: string | null;
}

/** Where an event went. `duplicate`, `superseded`, `erased` and `noted` leave no row of their own: the runtime counts them. */
export const outcomes = [
  'applied',
  'kept',
  'rejected',
  'duplicate',
  'superseded',
  'erased',
  'noted',
] as const;
export type Outcome = (typeof outcomes)[number];

export interface Decided<Data, Decision> {
  readonly event: StageEvent<Data>;
  readonly decision: Decision;
}

export interface Saved {
  /** One for each decided event, in order; its cause of death where only the tables could tell that nobody can handle it. */
  readonly outcomes: readonly (Outcome | PoisonError)[];
  /** Only of what was new: a repeated event sends nothing. */
  readonly outputs: readonly StageOutput[];
}

/**
 * A stage: load -> (measure) -> decide -> save. The runtime fetches, decodes, opens the transaction, writes the outbox,
 * publishes, commits the offset, retries, splits a failing batch, dead-letters, counts and stops.
 */
export interface Stage<Data, Facts, Decision> {
  readonly name: StageName;
  readonly consumes: Topic<Data>;
  readonly produces: readonly Topic[];
  /** What a dead letter keeps of its record: everything (default), or its place and hash, when nothing unredacted may be stored. */
  readonly deadLetters?: 'whole' | 'hashes';
  /** Bytes that `load` brings in for an event, beside the event's own: a piece holds no more of them than a batch may. */
  weigh?(event: StageEvent<Data>): number;
  /** Facts for the whole batch: one or two queries, never one per event. */
  load(events: readonly StageEvent<Data>[], sql: Sql): Promise<Facts>;
  /** Models: batched, cached, off this thread. May reject with the signal's reason. */
  measure?(events: readonly StageEvent<Data>[], facts: Facts, signal: AbortSignal): Promise<Facts>;
  /** Pure and synchronous, from core/. Throws PoisonError for a record that nobody can handle. */
  decide(event: StageEvent<Data>, facts: Facts): Decision;
  /** Result rows keyed by natural key (`insert ... on conflict do nothing returning`), details only for what it returned. */
  save(decided: readonly Decided<Data, Decision>[], tx: Transaction): Promise<Saved>;
}

/** Infers a stage's types from its parts. */
export const defineStage = <Data, Facts, Decision>(
  stage: Stage<Data, Facts, Decision>,
): Stage<Data, Facts, Decision> => stage;
