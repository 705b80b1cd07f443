import { randomUUID } from 'node:crypto';
import { readEnvironment } from '../adapters/files/environment.ts';
import { type KafkaEnvironment, kafkaClient } from '../adapters/kafka/client.ts';
import { silentLogger } from './silent.ts';

/** The broker of KAFKA_BROKERS under a prefix of its own: topics and groups of two test files never meet. */
export function testBroker(): KafkaEnvironment {
  return readEnvironment({
    KAFKA_BROKERS: process.env['KAFKA_BROKERS'],
    KAFKA_TOPIC_PREFIX: `t-${randomUUID().slice(0, 8)}-`,
  });
}

/** A topic with the given number of partitions; ready for records when it resolves. */
export async function createTestTopic(
  environment: KafkaEnvironment,
  partitions: number,
  name = `topic-${randomUUID()}`,
): Promise<string> {
  const admin = kafkaClient(environment, { clientId: 'test', logger: silentLogger }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: environment.KAFKA_TOPIC_PREFIX + name,
          numPartitions: partitions,
          replicationFactor: 1,
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
  return name;
}
