import { gzipSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { topics } from '../../contracts/topics.ts';
import { PoisonError } from '../../domain/errors.ts';
import type { IncomingRecord } from '../../ports/message-bus.ts';
import { createTestTopic, testBroker } from '../../testing/kafka.ts';
import { messageBusConformance } from '../../testing/message-bus-conformance.ts';
import { silentLogger } from '../../testing/silent.ts';
import { kafkaClient } from './client.ts';
import { kafkaBus } from './kafka-bus.ts';
import { ensureTopics } from './topics.ts';

messageBusConformance('kafkaBus', async () => {
  const environment = testBroker();
  const bus = kafkaBus(environment, { name: 'conformance', logger: silentLogger });
  return { bus, topic: () => createTestTopic(environment, 3), dispose: () => bus.close() };
});

describe('kafkaBus()', () => {
  it('refuses a record that its topic cannot take, before it is sent', async () => {
    const bus = kafkaBus(testBroker(), { name: 'test', logger: silentLogger });
    const record = {
      topic: topics.sessionClosed.name,
      key: 'k',
      value: new Uint8Array(70_000),
      headers: {},
    };
    await expect(bus.publish([record])).rejects.toThrow(PoisonError);
    await bus.close();
  });

  it('sends more than one batch of the topic may hold, and loses none', async () => {
    const environment = testBroker();
    await ensureTopics(environment, { logger: silentLogger, topics: [topics.sessionClosed] });
    const bus = kafkaBus(environment, { name: 'test', logger: silentLogger });
    const records = Array.from({ length: 400 }, (_, i) => ({
      topic: topics.sessionClosed.name,
      key: `k${i % 7}`,
      value: new Uint8Array(900),
      headers: { ce_id: String(i) },
    }));
    await bus.publish(records);
    const ends = await bus.offsets('g', topics.sessionClosed.name);
    expect(ends.reduce((sum, p) => sum + Number(p.end), 0)).toBe(400);
    await bus.close();
  });

  it('waits for a broker that is not there: a subscription is no error, offsets() and publish() say so', async () => {
    const bus = kafkaBus(
      { ...testBroker(), KAFKA_BROKERS: ['127.0.0.1:1'] },
      { name: 'test', logger: silentLogger, retries: 0 },
    );
    const stopped: unknown[] = [];
    const subscription = await bus.subscribe({
      group: 'g',
      topics: ['t'],
      maxRecords: 1,
      maxBytes: 1,
      onBatch: async () => 0n,
      onStopped: (cause) => stopped.push(cause),
    });
    await expect(bus.offsets('g', 't')).rejects.toMatchObject({ code: 'MILLRACE_RESOURCE_BROKER' });
    await expect(
      bus.publish([{ topic: 't', key: 'k', value: new Uint8Array(1), headers: {} }]),
    ).rejects.toMatchObject({
      code: 'MILLRACE_RESOURCE_BROKER',
    });
    await subscription.stop(5_000);
    expect(stopped).toEqual([]);
    await bus.close();
  });
});

describe('a batch that cannot be unpacked', () => {
  it('ends the subscription with topic, partition, offset and codec, and none of the offsets moves', async () => {
    const environment = testBroker();
    const topic = await createTestTopic(environment, 1);
    const bus = kafkaBus(environment, { name: 'test', logger: silentLogger });
    await bus.publish([{ topic, key: 'k', value: new Uint8Array(1), headers: {} }]);
    await sendBomb(environment, topic);
    const stopped = Promise.withResolvers<unknown>();
    const subscription = await bus.subscribe({
      group: 'g',
      topics: [topic],
      maxRecords: 10,
      maxBytes: 1 << 20,
      onBatch: async (batch) => (batch.records.at(-1)?.offset ?? 0n) + 1n,
      onStopped: stopped.resolve,
    });
    expect(await stopped.promise).toMatchObject({
      code: 'MILLRACE_FORMAT_BATCH',
      message: expect.stringMatching(
        new RegExp(`^${topic}/0 cannot go on at offset 1: a gzip batch of \\d+ bytes`),
      ),
    });
    await subscription.stop(5_000);
    await bus.close();
  });

  /** 66 MiB of nothing, 65 KB on the wire: the broker takes it. */
  async function sendBomb(
    environment: ReturnType<typeof testBroker>,
    topic: string,
  ): Promise<void> {
    const kafka = kafkaClient(environment, { clientId: 'test', logger: silentLogger });
    const { CompressionCodecs, CompressionTypes } = kafkajs;
    const usual = CompressionCodecs[CompressionTypes.GZIP];
    CompressionCodecs[CompressionTypes.GZIP] = () => ({
      ...usual(),
      compress: async ({ buffer }: { buffer: Buffer }) => gzipSync(buffer),
    });
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic: environment.KAFKA_TOPIC_PREFIX + topic,
      compression: CompressionTypes.GZIP,
      messages: [{ key: 'k', value: Buffer.alloc(66 * 1024 * 1024) }],
    });
    await producer.disconnect();
    CompressionCodecs[CompressionTypes.GZIP] = usual;
  }
});

describe('ensureTopics()', () => {
  it('creates what is missing, raises partitions, names every other difference and changes none', async () => {
    const environment = testBroker();
    const few = { ...topics.sessionClosed, partitions: 2, retentionMs: 1_000_000 };
    const first = await ensureTopics(environment, { logger: silentLogger, topics: [few] });
    expect(first).toEqual({ created: [few.name], raised: [], mismatches: [] });
    const second = await ensureTopics(environment, {
      logger: silentLogger,
      topics: [topics.sessionClosed, topics.deadLetters],
    });
    expect(second).toEqual({
      created: [topics.deadLetters.name],
      raised: [few.name],
      mismatches: [
        `${few.name}: retention.ms is 1000000, should be ${topics.sessionClosed.retentionMs}`,
      ],
    });
  });

  it('says in one line that the broker cannot be reached, exit code 3', async () => {
    const environment = { ...testBroker(), KAFKA_BROKERS: ['127.0.0.1:1'] };
    await expect(ensureTopics(environment, { logger: silentLogger })).rejects.toMatchObject({
      exitCode: 3,
    });
  });

  it('hands over every offset, with the marks of transactions and what they aborted as void, and commits them all', async () => {
    const environment = testBroker();
    const topic = await createTestTopic(environment, 1);
    const bus = kafkaBus(environment, { name: 'test', logger: silentLogger });
    const producer = kafkaClient(environment, { clientId: 'test', logger: silentLogger }).producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = async (values: readonly string[], end: 'commit' | 'abort') => {
      const open = await producer.transaction();
      await open.send({
        topic: environment.KAFKA_TOPIC_PREFIX + topic,
        messages: values.map((value) => ({ key: 'k', value })),
      });
      await open[end]();
    };
    await transaction(['a', 'b'], 'commit');
    await transaction(['canary', 'canary'], 'abort');
    const seen: IncomingRecord[] = [];
    const group = `g-${topic}`;
    const committed = async () => (await bus.offsets(group, topic))[0]?.committed;
    const subscription = await bus.subscribe({
      group,
      topics: [topic],
      maxRecords: 2,
      maxBytes: 1 << 20,
      onBatch: async ({ records }) => {
        seen.push(...records);
        return (records.at(-1)?.offset ?? 0n) + 1n;
      },
      onStopped: () => {},
    });
    await vi.waitUntil(async () => (await committed()) === 6n, { timeout: 20_000 });
    await transaction(['canary'], 'abort'); // read alone: no event comes with it
    await vi.waitUntil(async () => (await committed()) === 8n, { timeout: 20_000 });
    await subscription.stop(5_000);
    await producer.disconnect();
    await bus.close();
    expect(seen.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    expect(seen.map(({ value }) => value?.toString() ?? null)).toEqual([
      ...['a', 'b', null],
      ...[null, null, null],
      ...[null, null],
    ]);
    expect(seen.map(({ isVoid }) => isVoid ?? false)).toEqual([
      ...[false, false, true],
      ...[true, true, true],
      ...[true, true],
    ]);
  });
});
