/**
 * A broker in memory, for the unit tests of the runtime: the same port, the same promises (see the conformance suite).
 *
 * A partition is an array; a group is a map of offsets. One loop a subscription and partition: wait for records ->
 * hand a batch out -> commit what the handler resolved with. `interrupt()` plays a rebalance: running batches are
 * aborted, and reading continues at the committed offset.
 */
import { TransientError } from '../../domain/errors.ts';
import type {
  IncomingRecord,
  MessageBus,
  OutgoingRecord,
  PartitionOffsets,
  SubscribeOptions,
  Subscription,
} from '../../ports/message-bus.ts';
import { countWithin } from '../count-within.ts';

export interface MemoryBus extends MessageBus {
  /** Everything that a topic holds, by partition, then offset. */
  records(topic: string): readonly IncomingRecord[];
  /** Writes bytes as they are: what a producer that is not ours may send. */
  write(
    topic: string,
    record: {
      key?: Uint8Array | null;
      value: Uint8Array | null;
      headers?: Record<string, string>;
      partition?: number;
    },
  ): void;
  /** From now on the broker does not answer, or answers again. */
  setDown(down: boolean): void;
  /** Takes every partition away and gives it back. */
  interrupt(): void;
  /** Continues a group at the beginning, as an operator may. */
  rewind(group: string): void;
}

export interface MemoryBusOptions {
  readonly partitions?: number;
  /** Record time, milliseconds since 1970. */
  readonly now?: () => number;
}

const refuse = (): never => {
  throw new TransientError('MILLRACE_RESOURCE_BROKER', 'the broker does not answer');
};

export function memoryBus({ partitions = 3, now = Date.now }: MemoryBusOptions = {}): MemoryBus {
  const logs = new Map<string, IncomingRecord[][]>();
  const committed = new Map<string, bigint>();
  const readers = new Set<Reader>();
  let down = false;
  let closed = false;

  const logOf = (topic: string): IncomingRecord[][] => {
    const found = logs.get(topic) ?? Array.from({ length: partitions }, () => []);
    logs.set(topic, found);
    return found;
  };
  const place = (group: string, topic: string, partition: number): string =>
    `${group}\n${topic}\n${partition}`;

  const append: MemoryBus['write'] = (topic, { key = null, value, headers = {}, partition }) => {
    const log = logOf(topic);
    const index = partition ?? hash(key ?? new Uint8Array()) % log.length;
    const records = log[index];
    records?.push({
      topic,
      partition: index,
      offset: BigInt(records.length),
      key,
      value,
      headers,
      timestampMs: now(),
    });
    for (const reader of readers) reader.wake();
  };

  const publish = async (records: readonly OutgoingRecord[]): Promise<void> => {
    if (down || closed) refuse();
    for (const { topic, key, value, headers } of records)
      append(topic, { key: new TextEncoder().encode(key), value, headers: { ...headers } });
  };

  return {
    publish,
    write: append,
    records: (topic) => logOf(topic).flat(),
    setDown: (value) => {
      down = value;
      for (const reader of readers) reader.wake();
    },
    interrupt: () => {
      for (const reader of readers) reader.interrupt();
    },
    rewind: (group) => {
      for (const key of committed.keys()) if (key.startsWith(`${group}\n`)) committed.set(key, 0n);
      for (const reader of readers) reader.interrupt();
    },
    subscribe: async (options) => {
      const mine = options.topics.flatMap((topic) =>
        logOf(topic).map((records, partition) =>
          startReader(options, {
            topic,
            partition,
            records,
            isDown: () => down,
            position: () => committed.get(place(options.group, topic, partition)) ?? 0n,
            commit: (offset) => committed.set(place(options.group, topic, partition), offset),
          }),
        ),
      );
      for (const reader of mine) readers.add(reader);
      options.onAssigned?.(mine.map((reader) => reader.name));
      return subscriptionOf(mine, readers);
    },
    offsets: async (group, topic): Promise<readonly PartitionOffsets[]> => {
      if (down) refuse();
      return logOf(topic).map((records, partition) => ({
        partition,
        begin: 0n,
        end: BigInt(records.length),
        committed: committed.get(place(group, topic, partition)) ?? null,
      }));
    },
    offsetsSince: async (topic, timestampMs) => {
      if (down) refuse();
      return new Map(
        logOf(topic).map((records, partition) => {
          const first = records.findIndex((record) => record.timestampMs >= timestampMs);
          return [partition, BigInt(first < 0 ? records.length : first)];
        }),
      );
    },
    ping: async () => {
      if (down) refuse();
    },
    close: async () => {
      closed = true;
      await Promise.all([...readers].map((reader) => reader.stop()));
    },
  };
}

interface Reader {
  readonly name: string;
  wake(): void;
  interrupt(): void;
  stop(): Promise<void>;
}

interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  readonly isDown: () => boolean;
  readonly position: () => bigint;
  readonly commit: (offset: bigint) => void;
}

function startReader(options: SubscribeOptions, at: Partition): Reader {
  let wake = Promise.withResolvers<void>();
  let abort = new AbortController();
  let stopping = false;

  const run = async (): Promise<void> => {
    while (!stopping) {
      const rest = at.isDown() ? [] : at.records.slice(Number(at.position()));
      if (rest.length === 0) {
        await wake.promise;
        wake = Promise.withResolvers();
        continue;
      }
      abort = new AbortController();
      const { topic, partition } = at;
      const records = rest.slice(0, countWithin(rest, options));
      const next = await options.onBatch({ topic, partition, records, signal: abort.signal });
      if (next > at.position()) at.commit(next);
    }
  };
  const running = run().catch((cause: unknown) => {
    if (!stopping) options.onStopped(cause);
  });

  return {
    name: `${at.topic}/${at.partition}`,
    wake: () => wake.resolve(),
    interrupt: () => {
      abort.abort();
      wake.resolve();
    },
    stop: async () => {
      stopping = true;
      abort.abort();
      wake.resolve();
      await running;
    },
  };
}

function subscriptionOf(mine: readonly Reader[], all: Set<Reader>): Subscription {
  return {
    assigned: () => mine.filter((reader) => all.has(reader)).map((reader) => reader.name),
    stop: async () => {
      await Promise.all(mine.map((reader) => reader.stop()));
      for (const reader of mine) all.delete(reader);
    },
  };
}

const hash = (key: Uint8Array): number => key.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
