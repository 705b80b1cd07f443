import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';

/** What kafkajs 2.2.4 needs its patch for: each fails without it. */
const load = createRequire(import.meta.url);

describe('the patch of kafkajs', () => {
  it('writes every record when a leader moves to a broker that answered already', async () => {
    const written: string[] = [];
    const broker = (nodeId: number) => ({
      nodeId,
      produce: async ({ topicData }: Produce) => {
        if (nodeId === 2 && cluster.leaderOfOne === 2) {
          cluster.leaderOfOne = 1;
          throw Object.assign(new kafkajs.KafkaJSProtocolError('moved'), {
            type: 'NOT_LEADER_FOR_PARTITION',
            retriable: true,
          });
        }
        const entries = topicData.flatMap((t) => t.partitions);
        for (const { messages } of entries) written.push(...messages.map((m) => m.value));
        return {
          topics: [
            {
              topicName: 't',
              partitions: entries.map((p) => ({
                partition: p.partition,
                errorCode: 0,
                baseOffset: '0',
              })),
            },
          ],
        };
      },
    });
    const brokers = new Map([1, 2].map((nodeId) => [nodeId, broker(nodeId)]));
    const cluster = {
      leaderOfOne: 2,
      refreshMetadataIfNecessary: async () => {},
      refreshMetadata: async () => {},
      addMultipleTargetTopics: async () => {},
      isConnected: () => true,
      findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
      findLeaderForPartitions: (_topic: string, partitions: readonly (string | number)[]) =>
        Object.groupBy(partitions.map(Number), (p) => (p === 0 ? 1 : cluster.leaderOfOne)),
      findBroker: async ({ nodeId }: { nodeId: string }) => brokers.get(Number(nodeId)),
    };
    const send = load('kafkajs/src/producer/sendMessages')({
      logger: { debug: () => {}, error: () => {} },
      cluster,
      partitioner: kafkajs.Partitioners.DefaultPartitioner(),
      eosManager,
      retrier: load('kafkajs/src/retry')({ initialRetryTime: 1, maxRetryTime: 1 }),
    });
    const messages = [0, 1].map((partition) => ({ partition, key: 'k', value: `m${partition}` }));
    const answer: { partition: number }[] = await send({
      acks: -1,
      topicMessages: [{ topic: 't', messages }],
    });
    expect(written.sort()).toEqual(['m0', 'm1']);
    expect(answer.map((a) => a.partition).sort()).toEqual([0, 1]);
  });

  it('waits for a new topic of which the broker has not heard from its controller yet', async () => {
    let asked = 0;
    const broker = {
      createTopics: async () => {},
      metadata: async () => {
        asked += 1;
        if (asked === 1)
          throw Object.assign(new kafkajs.KafkaJSProtocolError('unknown'), {
            type: 'UNKNOWN_TOPIC_OR_PARTITION',
          });
        return {};
      },
    };
    const cluster = {
      refreshMetadata: async () => {},
      findControllerBroker: async () => broker,
    };
    const logger = { namespace: () => ({ warn: () => {} }) };
    const retry = { retries: 0 };
    const admin = load('kafkajs/src/admin')({ logger, cluster, retry });
    await expect(admin.createTopics({ topics: [{ topic: 't' }] })).resolves.toBe(true);
    expect(asked).toBe(2);
  });

  it('sets no timer for a connection on which nothing waits', () => {
    const RequestQueue = load('kafkajs/src/network/requestQueue');
    const queue = new RequestQueue({
      maxInFlightRequests: null,
      requestTimeout: 1_000,
      enforceRequestTimeout: false,
      clientId: 'c',
      broker: 'b',
      logger: { debug: () => {} },
    });
    queue.scheduleCheckPendingRequests();
    const timer: unknown = queue.throttleCheckTimeoutId;
    if (timer) clearTimeout(queue.throttleCheckTimeoutId);
    expect(timer ?? null).toBeNull();
  });
});

interface Produce {
  readonly topicData: readonly {
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly { readonly value: string }[];
    }[];
  }[];
}

const eosManager = {
  acquireBrokerLock: async () => {},
  releaseBrokerLock: async () => {},
  isTransactional: () => false,
  getSequence: () => 0,
  updateSequence: () => {},
  getProducerId: () => 1,
  getProducerEpoch: () => 0,
};
