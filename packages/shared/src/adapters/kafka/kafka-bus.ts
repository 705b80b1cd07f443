import { hostname } from 'node:os';
import type { Admin } from 'kafkajs';
import { TransientError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MessageBus, PartitionOffsets, Subscription } from '../../ports/message-bus.ts';
import { type KafkaEnvironment, kafkaClient } from './client.ts';
import { kafkaSubscription } from './consumer.ts';
import { kafkaPublisher } from './producer.ts';

export interface KafkaBusOptions {
  /** Shown by the broker: service name. */
  readonly name: string;
  readonly logger: Logger;
  /** Attempts before an unreachable broker is an error; default 3. */
  readonly retries?: number;
}

/** The broker behind the MessageBus port. Opens nothing until it is used. The deployment's prefix is put on here. */
export function kafkaBus(environment: KafkaEnvironment, options: KafkaBusOptions): MessageBus {
  const prefix = environment.KAFKA_TOPIC_PREFIX;
  const kafka = kafkaClient(environment, {
    clientId: `${options.name}-${hostname()}-${process.pid}`,
    logger: options.logger,
    ...(options.retries === undefined ? {} : { retries: options.retries }),
  });
  const publisher = kafkaPublisher(kafka, prefix);
  const subscriptions = new Set<Subscription>();
  const admin = kafka.admin({ retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2_000 } });
  let connected: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  const useAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    connected ??= admin.connect();
    try {
      await connected;
      return await work(admin);
    } catch (error) {
      connected = null;
      const what = error instanceof Error ? error.name : 'unknown';
      throw new TransientError('MILLRACE_RESOURCE_BROKER', `the broker does not answer (${what})`);
    }
  };

  return {
    publish: (records) => publisher.publish(records),
    subscribe: async (subscribe) => {
      const subscription = kafkaSubscription({ kafka, prefix, logger: options.logger }, subscribe);
      subscriptions.add(subscription);
      return subscription;
    },
    offsets: (group, topic) => useAdmin((a) => readOffsets(a, prefix + group, prefix + topic)),
    offsetsSince: (topic, timestampMs) =>
      useAdmin(async (a) => {
        const found = await a.fetchTopicOffsetsByTimestamp(prefix + topic, timestampMs);
        return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
      }),
    ping: () => useAdmin(async (a) => void (await a.describeCluster())),
    close: () => {
      closing ??= (async () => {
        await Promise.all([...subscriptions].map((s) => s.stop(10_000)));
        await publisher.close();
        await admin.disconnect().catch(() => {});
      })();
      return closing;
    },
  };
}

async function readOffsets(
  admin: Admin,
  group: string,
  topic: string,
): Promise<readonly PartitionOffsets[]> {
  const [log, [committed]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  ]);
  const byPartition = new Map(committed?.partitions.map((p) => [p.partition, BigInt(p.offset)]));
  return log
    .map(({ partition, low, high }) => {
      const at = byPartition.get(partition) ?? -1n;
      return { partition, begin: BigInt(low), end: BigInt(high), committed: at < 0n ? null : at };
    })
    .sort((a, b) => a.partition - b.partition);
}
