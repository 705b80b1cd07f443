import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../domain/errors.ts';
import type { Batch, MessageBus, SubscribeOptions, Subscription } from '../ports/message-bus.ts';
import { bytes, text } from './record-bytes.ts';

export interface BusUnderTest {
  readonly bus: MessageBus;
  /** A new topic of 3 partitions. */
  readonly topic: () => Promise<string>;
  readonly dispose: () => Promise<void>;
}

/** What the port's prose promises, sentence by sentence, of any MessageBus. */
export function messageBusConformance(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`MessageBus promises, kept by ${name}`, () => {
    let under: BusUnderTest;
    let bus: MessageBus;
    let subscriptions: Subscription[] = [];

    beforeEach(async () => {
      under = await make();
      bus = under.bus;
    });
    afterEach(async () => {
      for (const subscription of subscriptions) await subscription.stop(5_000);
      subscriptions = [];
      await under.dispose();
    });

    const group = (): string => `group-${randomUUID()}`;
    const publish = (topic: string, count: number, key: (i: number) => string = (i) => `k${i}`) =>
      bus.publish(
        Array.from({ length: count }, (_, i) => ({
          topic,
          key: key(i),
          value: bytes(`v${i}`),
          headers: { n: String(i) },
        })),
      );
    const subscribe = async (
      options: Partial<SubscribeOptions> & Pick<SubscribeOptions, 'group' | 'topics' | 'onBatch'>,
    ) => {
      const subscription = await bus.subscribe({
        maxRecords: 100,
        maxBytes: 1 << 20,
        onStopped: () => {},
        ...options,
      });
      subscriptions.push(subscription);
      return subscription;
    };
    /** Takes everything; resolves with the values once there are `count`. */
    const readAll = (topics: readonly string[], count: number, of = group()): Promise<string[]> =>
      new Promise((resolve, reject) => {
        const seen: string[] = [];
        subscribe({
          group: of,
          topics,
          onBatch: async (batch) => {
            seen.push(...batch.records.map((r) => text(r.value)));
            if (seen.length >= count) resolve(seen);
            return endOf(batch);
          },
          onStopped: reject,
        }).catch(reject);
      });
    const committedIs = async (of: string, topic: string, sum: number): Promise<void> => {
      const deadline = Date.now() + 10_000;
      while (Date.now() < deadline) {
        const offsets = await bus.offsets(of, topic);
        if (offsets.reduce((all, p) => all + Number(p.committed ?? 0n), 0) === sum) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
      throw new Error(`the committed offsets did not become ${sum}`);
    };

    it('publish() resolves when every record is acknowledged; key, value and headers arrive unchanged', async () => {
      const topic = await under.topic();
      await bus.publish([
        {
          topic,
          key: 'ключ/😀',
          value: new Uint8Array([0, 255, 10]),
          headers: { traceparent: 't', ce_ü: 'ä' },
        },
      ]);
      const got = Promise.withResolvers<Batch>();
      await subscribe({
        group: group(),
        topics: [topic],
        onBatch: async (batch) => {
          got.resolve(batch);
          return endOf(batch);
        },
      });
      const [record] = (await got.promise).records;
      expect(record?.topic).toBe(topic);
      expect(text(record?.key ?? null)).toBe('ключ/😀');
      expect([...(record?.value ?? [])]).toEqual([0, 255, 10]);
      expect(record?.headers).toEqual({ traceparent: 't', ce_ü: 'ä' });
      expect(Math.abs((record?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('publish() of nothing resolves', async () => {
      await expect(bus.publish([])).resolves.toBeUndefined();
    });

    it('subscribe() reads from the earliest record when the group has no offset', async () => {
      const topic = await under.topic();
      await publish(topic, 20);
      expect((await readAll([topic], 20)).sort()).toEqual(values(20).sort());
    });

    it('keeps the order of one key, and all records of a key in one partition', async () => {
      const topic = await under.topic();
      await publish(topic, 30, () => 'same');
      expect(await readAll([topic], 30)).toEqual(values(30));
      const ends = (await bus.offsets(group(), topic)).map((p) => Number(p.end)).sort();
      expect(ends).toEqual([0, 0, 30]);
    });

    it('reads several topics in one subscription', async () => {
      const [a, b] = [await under.topic(), await under.topic()];
      await publish(a, 3);
      await publish(b, 3);
      expect(await readAll([a, b], 6)).toHaveLength(6);
    });

    it('onBatch gets at least one and at most maxRecords records, in offset order', async () => {
      const topic = await under.topic();
      await publish(topic, 50, () => 'same');
      const sizes: number[] = [];
      const done = Promise.withResolvers<void>();
      await subscribe({
        group: group(),
        topics: [topic],
        maxRecords: 7,
        onBatch: async (batch) => {
          sizes.push(batch.records.length);
          const offsets = batch.records.map((r) => Number(r.offset));
          expect(offsets).toEqual(offsets.map((_, i) => (offsets[0] ?? 0) + i));
          if (offsets.at(-1) === 49) done.resolve();
          return endOf(batch);
        },
      });
      await done.promise;
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    });

    it('onBatch gets at most maxBytes of values, and one record when that alone is larger', async () => {
      const topic = await under.topic();
      await bus.publish(
        [30_000, 10, 10, 30_000].map((n) => ({
          topic,
          key: 'same',
          value: new Uint8Array(n),
          headers: {},
        })),
      );
      const sizes: number[][] = [];
      const done = Promise.withResolvers<void>();
      await subscribe({
        group: group(),
        topics: [topic],
        maxBytes: 1_000,
        onBatch: async (batch) => {
          sizes.push(batch.records.map((r) => r.value?.byteLength ?? 0));
          if (sizes.flat().length === 4) done.resolve();
          return endOf(batch);
        },
      });
      await done.promise;
      expect(sizes).toEqual([[30_000], [10, 10], [30_000]]);
    });

    it('a smaller offset than the end hands the rest back', async () => {
      const topic = await under.topic();
      await publish(topic, 5, () => 'same');
      const firsts: number[] = [];
      const done = Promise.withResolvers<void>();
      await subscribe({
        group: group(),
        topics: [topic],
        onBatch: async (batch) => {
          const first = batch.records[0]?.offset ?? 0n;
          firsts.push(Number(first));
          if (first === 4n) done.resolve();
          return first + 1n;
        },
      });
      await done.promise;
      expect(firsts).toEqual([0, 1, 2, 3, 4]);
    });

    it('commits what the handler resolved with: another member of the group continues there', async () => {
      const topic = await under.topic();
      await publish(topic, 10, () => 'same');
      const of = group();
      await readAll([topic], 10, of);
      await committedIs(of, topic, 10);
      await subscriptions.pop()?.stop(5_000);
      await bus.publish([{ topic, key: 'same', value: bytes('later'), headers: {} }]);
      expect(await readAll([topic], 1, of)).toEqual(['later']);
    });

    it('offsets() says begin, end and committed, null for a group that never committed', async () => {
      const topic = await under.topic();
      await publish(topic, 9);
      const before = await bus.offsets(group(), topic);
      expect(before.map((p) => p.partition)).toEqual([0, 1, 2]);
      expect(before.every((p) => p.begin === 0n && p.committed === null)).toBe(true);
      expect(before.reduce((sum, p) => sum + Number(p.end), 0)).toBe(9);
    });

    it('a rejecting handler stops the subscription and is given to onStopped, once', async () => {
      const topic = await under.topic();
      await publish(topic, 5, () => 'same');
      const causes: unknown[] = [];
      const stopped = Promise.withResolvers<void>();
      let calls = 0;
      const of = group();
      await subscribe({
        group: of,
        topics: [topic],
        onBatch: async () => {
          calls++;
          throw new SyntaxError('a fault of the program');
        },
        onStopped: (cause) => {
          causes.push(cause);
          stopped.resolve();
        },
      });
      await stopped.promise;
      expect(causes).toEqual([new SyntaxError('a fault of the program')]);
      await subscriptions.pop()?.stop(5_000);
      expect(calls).toBe(1);
      expect(causes).toHaveLength(1);
      expect((await bus.offsets(of, topic)).every((p) => (p.committed ?? 0n) === 0n)).toBe(true);
    });

    it('stop() aborts the running batch, waits for it and commits what it resolved with; it may be called twice', async () => {
      const topic = await under.topic();
      await publish(topic, 5, () => 'same');
      const of = group();
      const begun = Promise.withResolvers<void>();
      const subscription = await subscribe({
        group: of,
        topics: [topic],
        onBatch: async (batch) => {
          begun.resolve();
          await new Promise((resolve) =>
            batch.signal.addEventListener('abort', resolve, { once: true }),
          );
          return (batch.records[0]?.offset ?? 0n) + 3n;
        },
      });
      await begun.promise;
      await subscription.stop(10_000);
      await subscription.stop(10_000);
      const offsets = await bus.offsets(of, topic);
      expect(offsets.reduce((sum, p) => sum + Number(p.committed ?? 0n), 0)).toBe(3);
      expect(subscription.assigned()).toEqual([]);
    });

    it('offsetsSince() gives the first record of a moment or later, and the end where there is none', async () => {
      const topic = await under.topic();
      await publish(topic, 5, () => 'same');
      const since = async (ms: number) =>
        [...(await bus.offsetsSince(topic, Date.now() + ms)).values()].sort().join();
      expect(await since(-60_000)).toBe('0,0,0');
      expect(await since(60_000)).toBe('0,0,5');
    });

    it('names the partitions that it holds', async () => {
      const topic = await under.topic();
      await publish(topic, 1);
      await readAll([topic], 1);
      expect([...(subscriptions[0]?.assigned() ?? [])].sort()).toEqual([
        `${topic}/0`,
        `${topic}/1`,
        `${topic}/2`,
      ]);
    });

    it('ping() resolves; close() may be called twice, and publish() after it rejects with TransientError', async () => {
      const [topic] = await Promise.all([under.topic(), bus.ping()]);
      await bus.close();
      await bus.close();
      await expect(
        bus.publish([{ topic, key: 'k', value: bytes('v'), headers: {} }]),
      ).rejects.toThrow(TransientError);
    });
  });
}

const values = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);
const endOf = (batch: Batch): bigint => (batch.records.at(-1)?.offset ?? -1n) + 1n;
