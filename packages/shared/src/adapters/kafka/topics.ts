import kafkajs, { type Admin } from 'kafkajs';
import { type Topic, topics } from '../../contracts/topics.ts';
import { UserError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { type KafkaEnvironment, kafkaClient } from './client.ts';

export interface EnsuredTopics {
  readonly created: readonly string[];
  /** Topics that got more partitions. */
  readonly raised: readonly string[];
  /** What differs from the contract and is left alone: "millrace.x: retention.ms is 1, should be 2". */
  readonly mismatches: readonly string[];
}

export interface EnsureTopicsOptions {
  readonly logger: Logger;
  readonly topics?: readonly Topic[];
}

/**
 * Creates what is missing, raises partitions to the contract's number (order per session is kept by the tables, not by
 * the partition), names every other difference and changes none of them.
 * @throws UserError exit code 3 when the broker cannot be reached
 */
export async function ensureTopics(
  environment: KafkaEnvironment,
  options: EnsureTopicsOptions,
): Promise<EnsuredTopics> {
  const wanted = options.topics ?? Object.values(topics);
  return await withAdmin(environment, { logger: options.logger, retries: 3 }, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const prefix = environment.KAFKA_TOPIC_PREFIX;
    const { brokers } = await admin.describeCluster();
    const replication = environment.KAFKA_REPLICATION ?? Math.min(3, brokers.length);
    const missing = wanted.filter((topic) => !existing.has(prefix + topic.name));
    if (missing.length > 0)
      await admin.createTopics({
        waitForLeaders: true,
        timeout: 30_000, // milliseconds; the default of 5 s is short for a broker under load
        topics: missing.map((topic) => ({
          topic: prefix + topic.name,
          numPartitions: topic.partitions,
          replicationFactor: replication,
          configEntries: Object.entries(configOf(topic, replication)).map(([name, value]) => ({
            name,
            value,
          })),
        })),
      });
    const present = wanted.filter((topic) => existing.has(prefix + topic.name));
    const raised = await raisePartitions(admin, prefix, present);
    return {
      created: missing.map((topic) => topic.name),
      raised,
      mismatches: await differences(admin, { prefix, present, replication }),
    };
  });
}

export interface ComparedTopics {
  readonly missing: readonly string[];
  /** What differs from the contract: "millrace.x: retention.ms is 1, should be 2". */
  readonly mismatches: readonly string[];
}

/** The topics as they are against the contract; changes nothing. @throws UserError exit code 3 when the broker cannot be reached */
export async function compareTopics(
  environment: KafkaEnvironment,
  { logger }: EnsureTopicsOptions,
): Promise<ComparedTopics> {
  return await withAdmin(environment, { logger, retries: 1 }, async (admin) => {
    const wanted = Object.values<Topic>(topics);
    const prefix = environment.KAFKA_TOPIC_PREFIX;
    const existing = new Set(await admin.listTopics());
    const present = wanted.filter((topic) => existing.has(prefix + topic.name));
    const { brokers } = await admin.describeCluster();
    const replication = environment.KAFKA_REPLICATION ?? Math.min(3, brokers.length);
    const counts = await partitionCounts(admin, prefix, present);
    const few = present.filter(({ name, partitions }) => (counts.get(name) ?? 0) < partitions);
    return {
      missing: wanted.filter((topic) => !present.includes(topic)).map(({ name }) => name),
      mismatches: [
        ...few.map(
          ({ name, partitions }) =>
            `${name}: partitions are ${counts.get(name) ?? 0}, should be ${partitions}`,
        ),
        ...(await differences(admin, { prefix, present, replication })),
      ],
    };
  });
}

interface AdminOptions {
  readonly logger: Logger;
  readonly retries: number;
}

async function withAdmin<T>(
  environment: KafkaEnvironment,
  options: AdminOptions,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafkaClient(environment, { clientId: 'millrace-topics', ...options }).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const what = error instanceof Error ? error.name : 'unknown';
    throw new UserError(
      'MILLRACE_RESOURCE_BROKER',
      `the broker at ${environment.KAFKA_BROKERS.join(', ')} cannot be used (${what}): check KAFKA_BROKERS`,
      { exitCode: 3, cause: error },
    );
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

const configOf = (topic: Topic, replication: number): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'retention.ms': String(topic.retentionMs),
  'max.message.bytes': String(topic.maxBytes),
  'min.insync.replicas': String(Math.max(1, replication - 1)),
});

async function raisePartitions(
  admin: Admin,
  prefix: string,
  present: readonly Topic[],
): Promise<string[]> {
  if (present.length === 0) return [];
  const counts = await partitionCounts(admin, prefix, present);
  const few = present.filter((t) => (counts.get(t.name) ?? 0) < t.partitions);
  if (few.length > 0)
    await admin.createPartitions({
      topicPartitions: few.map((t) => ({ topic: prefix + t.name, count: t.partitions })),
    });
  return few.map((t) => t.name);
}

/** By name without the prefix. */
async function partitionCounts(
  admin: Admin,
  prefix: string,
  present: readonly Topic[],
): Promise<ReadonlyMap<string, number>> {
  if (present.length === 0) return new Map();
  const { topics: found } = await admin.fetchTopicMetadata({
    topics: present.map((t) => prefix + t.name),
  });
  return new Map(found.map((t) => [t.name.slice(prefix.length), t.partitions.length]));
}

interface Comparison {
  readonly prefix: string;
  readonly present: readonly Topic[];
  readonly replication: number;
}

async function differences(
  admin: Admin,
  { prefix, present, replication }: Comparison,
): Promise<string[]> {
  if (present.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: present.map((t) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: prefix + t.name,
    })),
  });
  return present.flatMap((topic) => {
    const entries =
      resources.find((r) => r.resourceName === prefix + topic.name)?.configEntries ?? [];
    const actual = new Map(entries.map((e) => [e.configName, e.configValue]));
    return Object.entries(configOf(topic, replication))
      .filter(([name, value]) => actual.get(name) !== value)
      .map(
        ([name, value]) =>
          `${topic.name}: ${name} is ${actual.get(name) ?? 'not set'}, should be ${value}`,
      );
  });
}
