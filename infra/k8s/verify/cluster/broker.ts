import kafkajs, { type AclEntry } from 'kafkajs';
import { VerifyError } from '../verify-error.ts';

/** A topic and who reads it. */
export interface Reading {
  readonly topic: string;
  readonly group: string;
}

/** The broker as its applications and groups see it. */
export interface Broker {
  /** A topic of one partition. */
  create(topic: string): Promise<void>;
  /** Appends records, the same number to each partition. */
  fill(topic: string, records: number): Promise<void>;
  /** Commits, as the group, all that is there. */
  readAll(reading: Reading): Promise<void>;
  /** Partitions and settings of every topic, as the broker has them. */
  topics(): Promise<ReadonlyMap<string, Readonly<Record<string, string | number>>>>;
  /** Partitions that the members of a group hold. */
  held(group: string): Promise<number>;
  /** Lets users do what the entries say, and nothing else. */
  allow(acls: readonly AclEntry[]): Promise<void>;
  close(): Promise<void>;
}

export async function openBroker(address: string): Promise<Broker> {
  const kafka = new kafkajs.Kafka({
    clientId: 'verify-k8s',
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  const producer = kafka.producer();
  await admin.connect();
  await producer.connect();
  return {
    async create(topic) {
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
    },
    async fill(topic, records) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition);
      if (records % partitions.length !== 0)
        throw new VerifyError(`${records} records do not fit ${partitions.length} partitions`);
      const messages = Array.from({ length: records }, (_, n) => ({
        key: `session-${n}`,
        value: '{}',
        partition: partitions[n % partitions.length] ?? 0,
      }));
      await producer.send({ topic, messages });
    },
    async readAll({ topic, group }) {
      const offsets = await admin.fetchTopicOffsets(topic);
      await admin.setOffsets({
        groupId: group,
        topic,
        partitions: offsets.map(({ partition, high }) => ({ partition, offset: high })),
      });
    },
    async topics() {
      const { topics } = await admin.fetchTopicMetadata();
      const ours = topics.filter(({ name }) => !name.startsWith('__'));
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: ours.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
      });
      return new Map(
        ours.map(({ name, partitions }) => {
          const entries = resources.find(
            ({ resourceName }) => resourceName === name,
          )?.configEntries;
          const settings = (entries ?? []).map((e) => [e.configName, e.configValue] as const);
          return [name, { ...Object.fromEntries(settings), partitions: partitions.length }];
        }),
      );
    },
    async held(group) {
      const { groups } = await admin.describeGroups([group]);
      const members = groups.flatMap((one) => one.members);
      return members.reduce((sum, { memberAssignment }) => sum + heldBy(memberAssignment), 0);
    },
    async allow(acls) {
      await admin.createAcls({ acl: [...acls] });
    },
    async close() {
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}

function heldBy(assignment: Buffer): number {
  const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(assignment);
  return Object.values(decoded?.assignment ?? {}).flat().length;
}

export interface UserOfBroker {
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** PEM text. */
  readonly ca: string;
}

/** What the broker says to a user who writes a record; undefined when it takes it. */
export async function refusalToWrite(
  { address, username, password, ca }: UserOfBroker,
  topic: string,
): Promise<string | undefined> {
  const kafka = new kafkajs.Kafka({
    clientId: 'verify-k8s',
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    ssl: { ca: [ca] },
    sasl: { mechanism: 'scram-sha-512', username, password },
    retry: { retries: 0 },
  });
  const producer = kafka.producer();
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ value: '{}' }] });
    return undefined;
  } catch (error) {
    return error instanceof kafkajs.KafkaJSProtocolError ? error.type : String(error);
  } finally {
    await producer.disconnect();
  }
}
