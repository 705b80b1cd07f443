import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import { topics } from '../../contracts/topics.ts';
import { PoisonError, TransientError } from '../../domain/errors.ts';
import type { OutgoingRecord } from '../../ports/message-bus.ts';

/** Broker's answers after which the same record can never be written. */
const refused = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE'];
/** How long a topic's number of partitions is believed; after it a raised number is seen. */
const partitionsMaxAgeMs = 60_000;
const maxBytesOf = new Map<string, number>(
  Object.values(topics).map((topic) => [topic.name, topic.maxBytes]),
);
const partitionOf = kafkajs.Partitioners.DefaultPartitioner();

export interface KafkaPublisher {
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * States: none -> connected (first publish) -> failed (any answer that leaves open what was written: this producer is
 * thrown away, for its sequence numbers may be wrong) -> connected again by the next publish -> closed.
 *
 * One topic-partition a send: kafkajs 2.2.4 retried several together by broker and could report records as written
 * that were not (our patch mends it; this rule does not need the patch). Partitions are chosen here, by the key, as
 * the Java client does.
 */
export function kafkaPublisher(kafka: Kafka, prefix: string): KafkaPublisher {
  let current: Promise<Producer> | null = null;
  let closed = false;
  const partitions = new Map<string, { count: number; readAt: number }>();
  // 6 s in all: with the client's own patience, two minutes, a broker that is away would hold up a batch and a stop
  const admin = kafka.admin({ retry: { retries: 6, initialRetryTime: 100, maxRetryTime: 2_000 } });
  let adminReady: Promise<void> | null = null;

  const producer = (): Promise<Producer> => {
    if (closed) throw new TransientError('MILLRACE_RESOURCE_BROKER', 'the publisher is closed');
    current ??= open(kafka);
    return current;
  };

  const drop = async (): Promise<void> => {
    const failed = current;
    current = null;
    await (await failed?.catch(() => null))?.disconnect().catch(() => {});
  };

  const countOf = async (topic: string): Promise<number> => {
    const known = partitions.get(topic);
    if (known !== undefined && Date.now() - known.readAt < partitionsMaxAgeMs) return known.count;
    adminReady ??= admin.connect();
    try {
      await adminReady;
      const {
        topics: [found],
      } = await admin.fetchTopicMetadata({ topics: [topic] });
      const count = found?.partitions.length ?? 0;
      partitions.set(topic, { count, readAt: Date.now() });
      return count;
    } catch (error) {
      adminReady = null;
      throw error;
    }
  };

  return {
    publish: async (records) => {
      if (records.length === 0) return;
      for (const record of records) assertFits(record);
      try {
        const sender = await producer();
        const sends: Promise<void>[] = [];
        for (const [topic, group] of Map.groupBy(records, (r) => r.topic)) {
          const full = prefix + topic;
          const count = await countOf(full);
          const byPartition = Map.groupBy(group, (r) => choose(full, count, r.key));
          for (const [partition, members] of byPartition)
            sends.push(sendInOrder(sender, { topic: full, partition, chunks: chunksOf(members) }));
        }
        await allSettled(sends);
      } catch (error) {
        await drop();
        throw translate(error);
      }
    },
    close: async () => {
      closed = true;
      await drop();
      await adminReady?.then(() => admin.disconnect()).catch(() => {});
    },
  };
}

async function open(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // 7 s in all: a new topic has no leader for a moment, longer on a busy machine
    retry: { retries: 7, initialRetryTime: 100, maxRetryTime: 2_000 },
  });
  await producer.connect();
  return producer;
}

function choose(topic: string, count: number, key: string): number {
  if (count === 0)
    throw new TransientError('MILLRACE_RESOURCE_BROKER', `topic ${topic} does not exist`);
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
    partitionErrorCode: 0,
  }));
  return partitionOf({ topic, partitionMetadata, message: { key, value: null } });
}

/** Waits for all, so that nothing is in flight when the producer is thrown away; then rejects with the first reason. */
async function allSettled(sends: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(sends))
    if (result.status === 'rejected') throw result.reason;
}

interface PartitionSend {
  readonly topic: string;
  readonly partition: number;
  readonly chunks: readonly (readonly OutgoingRecord[])[];
}

async function sendInOrder(
  producer: Producer,
  { topic, partition, chunks }: PartitionSend,
): Promise<void> {
  for (const chunk of chunks) {
    const messages = chunk.map((record) => ({
      partition,
      key: record.key,
      value: Buffer.from(record.value),
      headers: { ...record.headers },
    }));
    const [answer, ...more] = await producer.send({ topic, acks: -1, messages });
    if (
      answer === undefined ||
      more.length > 0 ||
      answer.errorCode !== 0 ||
      Number(answer.baseOffset ?? -1) < 0
    )
      throw new TransientError(
        'MILLRACE_RESOURCE_BROKER',
        `partition ${partition} of ${topic} did not acknowledge ${chunk.length} records`,
      );
  }
}

/** Bytes that a record takes in a batch: its parts and, at most, 40 bytes of lengths and deltas. */
function sizeOf(record: OutgoingRecord): number {
  const headers = Object.entries(record.headers).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 6,
    0,
  );
  return record.value.byteLength + Buffer.byteLength(record.key) + headers + 40;
}

const limitOf = (topic: string): number => maxBytesOf.get(topic) ?? 65_536;

function assertFits(record: OutgoingRecord): void {
  const bytes = sizeOf(record) + 61; // a batch's own head
  if (bytes > limitOf(record.topic))
    throw new PoisonError(
      'MILLRACE_FORMAT_RECORD_TOO_LARGE',
      `a record of ${bytes} bytes is over the limit of ${record.topic}, ${limitOf(record.topic)} bytes`,
    );
}

/** The broker's limit is on the batch, not on the record. */
function chunksOf(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const chunks: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = sizeOf(record);
    const last = chunks.at(-1);
    if (last === undefined || bytes > room) {
      chunks.push([record]);
      room = limitOf(record.topic) - 61 - bytes;
    } else {
      last.push(record);
      room -= bytes;
    }
  }
  return chunks;
}

function translate(error: unknown): Error {
  if (error instanceof PoisonError || error instanceof TransientError) return error;
  const type = error instanceof Error && 'type' in error ? String(error.type) : null;
  if (type !== null && refused.includes(type))
    return new PoisonError(
      'MILLRACE_FORMAT_RECORD_TOO_LARGE',
      `the broker refused a record for good: ${type}`,
    );
  const what = type ?? (error instanceof Error ? error.name : 'unknown');
  return new TransientError(
    'MILLRACE_RESOURCE_BROKER',
    `the broker did not take the records (${what})`,
    { cause: error },
  );
}
