/** A record as it came from the broker. `topic` is without the deployment's prefix. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Broker or producer time, milliseconds since 1970. */
  readonly timestampMs: number;
  /** The offset holds no event: a mark of a Kafka transaction, or a record of one that was aborted. Key and value are null. */
  readonly isVoid?: true;
}

export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Records of one partition, in offset order, at least one. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** Aborted when the partition was taken away or the subscription stops: finish or drop what is not saved. */
  readonly signal: AbortSignal;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Bounds of one batch: records, bytes of values. The handler bounds its own time and may take fewer. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /**
   * Called with one batch of a partition at a time; other partitions may run beside it.
   * Resolves with the offset to continue at: everything below it is committed. A smaller offset than the end of
   * the batch hands the rest back. Must not reject: a handler that has no answer waits (see runtime/stage-loop.ts);
   * a rejection stops the subscription and is given to `onStopped`.
   */
  readonly onBatch: (batch: Batch) => Promise<bigint>;
  /** Called once when the subscription ended for a reason other than stop(). */
  readonly onStopped: (cause: unknown) => void;
  /** Called at each join of the group, with the partitions held from now on, as `topic/partition`. */
  readonly onAssigned?: (partitions: readonly string[]) => void;
}

export interface Subscription {
  /** Idempotent. Resolves when no handler runs and what they resolved with is committed, or after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  /** Partitions held now, as `topic/partition`. */
  assigned(): readonly string[];
}

export interface PartitionOffsets {
  readonly partition: number;
  /** First offset that the broker still has. */
  readonly begin: bigint;
  /** Offset of the next record to be written. */
  readonly end: bigint;
  /** Offset at which the group continues; null when it never committed. */
  readonly committed: bigint | null;
}

/**
 * The broker, as the runtime needs it. Delivery is at least once; order holds inside a partition.
 * Topics are given and returned without the deployment's prefix.
 */
export interface MessageBus {
  /**
   * Resolves when every record is acknowledged. Rejects with TransientError when that is not known: some may have been
   * written; publish all again. Rejects with PoisonError when the broker refuses a record for good (too large).
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** Reads from the earliest record when the group has no offset. Resolves when the group was joined or the join is under way. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Figures of one group and topic, by partition; one round trip or two. */
  offsets(group: string, topic: string): Promise<readonly PartitionOffsets[]>;
  /** By partition: the first record of this moment (whole milliseconds since 1970) or later; the end where there is none. */
  offsetsSince(topic: string, timestampMs: number): Promise<ReadonlyMap<number, bigint>>;
  /** Resolves when the broker answers, rejects with TransientError when it does not; one round trip, needs no right. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
