import type { Sql, Transaction } from './database.ts';

/** An event written with its fact, to be published after the commit. */
export interface OutboxRow {
  /** The event's id: a uuidv5 of its natural key. */
  readonly id: string;
  /** Without the deployment's prefix. */
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

/** One stage in one partition. */
export interface Place {
  readonly stage: string;
  readonly topic: string;
  readonly partition: number;
}

/** Events that leave no row of their own. */
export interface Counted {
  readonly duplicate: number;
  readonly superseded: number;
  readonly erased: number;
  readonly noted: number;
}

export interface DeadLetterRow extends Place {
  readonly id: string;
  readonly offset: bigint;
  readonly key: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for a record without a value, and where only the hash may be kept. */
  readonly bytes: Uint8Array | null;
  /** Bytes of the record's value, kept or not. */
  readonly size: number;
  readonly sha256: string;
  readonly code: string;
  /** Cause in words of our own. */
  readonly message: string;
}

/**
 * The database, as the runtime needs it: transactions, and the tables of the transport. Driver errors come out as
 * TransientError (connection, deadlock, overload), PoisonError (a value that the database refuses) or InvariantError;
 * none repeats a parameter. Every statement has a deadline.
 */
export interface DeliveryStore {
  /** Work on the pool, outside a transaction. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Committed when `work` resolves, rolled back when it rejects. A rejection may come after the commit (its answer was lost). */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Locks the stage's row for this partition until the transaction ends, so that two consumers that both believe to own
   * the partition run one after the other. Makes the row, with `firstOffset`, when there is none.
   * @returns the offset below which everything was counted
   */
  lockProgress(tx: Transaction, place: Place, firstOffset: bigint): Promise<bigint>;
  /** The offset below which everything was counted; null when the stage never was in that partition. */
  progressAt(place: Place): Promise<bigint | null>;
  /** The same count of records, told from another offset on; nothing when the row no longer stands at `from`. */
  rebaseProgress(
    place: Place,
    offsets: { readonly from: bigint; readonly to: bigint },
  ): Promise<void>;
  advanceProgress(
    tx: Transaction,
    place: Place,
    nextOffset: bigint,
    counted: Counted,
  ): Promise<void>;
  /** Repeated ids are left as they are. */
  appendOutbox(tx: Transaction, rows: readonly OutboxRow[]): Promise<void>;
  /** A record that lies there already is left as it is. @returns those that are new */
  appendDeadLetters(
    tx: Transaction,
    rows: readonly DeadLetterRow[],
  ): Promise<readonly DeadLetterRow[]>;
  deleteOutbox(ids: readonly string[]): Promise<void>;
  /**
   * Hands up to `limit` rows older than `olderThanMs`, oldest first, to `publish` and deletes them when it resolves.
   * Rows that another sweeper holds are passed over.
   * @returns rows published
   */
  sweepOutbox(
    options: { readonly olderThanMs: number; readonly limit: number },
    publish: (rows: readonly OutboxRow[]) => Promise<void>,
  ): Promise<number>;
  /** Rows waiting and the age of the oldest, seconds, 0 when none. */
  outboxState(): Promise<{ readonly rows: number; readonly oldestSeconds: number }>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
