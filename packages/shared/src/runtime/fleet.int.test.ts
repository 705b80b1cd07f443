import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kafkaClient } from '../adapters/kafka/client.ts';
import { kafkaBus } from '../adapters/kafka/kafka-bus.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { topics } from '../contracts/topics.ts';
import type { MessageBus } from '../ports/message-bus.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { testBroker } from '../testing/kafka.ts';
import { silentLogger } from '../testing/silent.ts';
import { type StageScene, stageScene } from '../testing/stage-scene.ts';
import { type StoringOptions, storingStage } from '../testing/storing-stage.ts';
import { startSweeper } from './sweeper.ts';
import { type Running, runStage } from './worker.ts';

const input = topics.sessionEvents.name;
const group = 'millrace-ingestor';

describe('a stage on a real broker and a real database', () => {
  let database: TestDatabase;
  let scene: StageScene;
  let environment: ReturnType<typeof testBroker>;
  let bus: MessageBus;
  let running: Running | null = null;

  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    environment = testBroker();
    scene = await stageScene(database.url);
    const few = { partitions: 4 };
    await ensureTopics(environment, {
      logger: silentLogger,
      topics: [
        { ...topics.sessionEvents, ...few },
        { ...topics.sessionClosed, ...few },
        topics.deadLetters,
      ],
    });
    bus = kafkaBus(environment, { name: 'test', logger: silentLogger });
  });
  afterEach(async () => {
    await running?.stop(5_000);
    await bus.close();
    await scene.dispose();
  });

  const start = async (options: StoringOptions = {}): Promise<void> => {
    running = await runStage(storingStage(options), { ...scene.runtime, bus });
  };
  const publish = (ids: readonly string[]): Promise<void> =>
    bus.publish(
      ids.map((id) => ({
        topic: input,
        key: id,
        value: Buffer.from(JSON.stringify({ session_id: id })),
        headers: {},
      })),
    );
  const committed = async (count: number): Promise<void> => {
    for (;;) {
      const offsets = await bus.offsets(group, input);
      if (offsets.reduce((sum, p) => sum + Number(p.committed ?? 0n), 0) >= count) return;
    }
  };
  const written = async (topic: string): Promise<number> =>
    (await bus.offsets(group, topic)).reduce((sum, p) => sum + Number(p.end), 0);
  const rewind = async (): Promise<void> => {
    const admin = kafkaClient(environment, { clientId: 'test', logger: silentLogger }).admin();
    await admin.connect();
    await admin.resetOffsets({
      groupId: environment.KAFKA_TOPIC_PREFIX + group,
      topic: environment.KAFKA_TOPIC_PREFIX + input,
      earliest: true,
    });
    await admin.disconnect();
  };
  const ids = (count: number, prefix = 's'): string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`);

  it('handles 10,000 records around one poison record, and sets that aside with its bytes and cause', async () => {
    const all = [...ids(6_000), 'poison-save', ...ids(3_999, 't')];
    await publish(all);
    await start();
    await committed(10_000);
    expect(await scene.tables()).toMatchObject({
      sessions: 9_999,
      payloads: 9_999,
      dead: 1,
      duplicate: 0,
      outbox: 0,
    });
    const dead = await scene.sql<
      { bytes: Buffer; code: string; message: string }[]
    >`select bytes, code, message from dead_letters`;
    expect(dead.map((d) => [d.bytes.toString(), d.code, d.message])).toEqual([
      ['{"session_id":"poison-save"}', 'MILLRACE_FORMAT_TEST', 'refused while saving'],
    ]);
    expect(await written(topics.sessionClosed.name)).toBe(9_999);
    expect(await written(topics.deadLetters.name)).toBe(1);
  }, 60_000);

  it('changes no table when the group starts again at the beginning', async () => {
    await publish([...ids(500), 'poison-decide', 's1', 's2']);
    await start();
    await committed(503);
    await running?.stop(5_000);
    const before = await scene.tables();
    expect(before).toMatchObject({ sessions: 500, dead: 1, duplicate: 2, outbox: 0 });
    await rewind();
    await start();
    await committed(503);
    expect(await scene.tables()).toEqual(before);
    expect(await written(topics.sessionClosed.name)).toBe(500);
  }, 60_000);

  it('loses and doubles nothing when connections die, and partitions are raised meanwhile', async () => {
    await publish(ids(1_000));
    let kills = 5;
    await start({
      afterSave: async (_ids, tx) => {
        if (kills-- <= 0) return;
        const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await scene.sql`select pg_terminate_backend(${own?.pid ?? 0})`;
      },
    });
    await committed(1_000);
    await ensureTopics(environment, {
      logger: silentLogger,
      topics: [{ ...topics.sessionEvents, partitions: 8 }],
    });
    const later = kafkaBus(environment, { name: 'later', logger: silentLogger });
    await later.publish(
      [...ids(1_000), ...ids(500, 'new')].map((id) => ({
        topic: input,
        key: id,
        value: Buffer.from(JSON.stringify({ session_id: id })),
        headers: {},
      })),
    );
    await later.close();
    await running?.stop(5_000);
    await start();
    await committed(2_500);
    expect(await scene.tables()).toMatchObject({
      sessions: 1_500,
      payloads: 1_500,
      duplicate: 1_000,
      dead: 0,
    });
    const sweeper = startSweeper(
      { ...scene.runtime, bus },
      { clock: systemClock, logger: silentLogger, olderThanMs: 0, everyMs: 1 },
    );
    while ((await scene.tables()).outbox > 0);
    await sweeper.stop();
    expect(await written(topics.sessionClosed.name)).toBeGreaterThanOrEqual(1_500); // at least once
  }, 60_000);

  it('lets a second member join and leave while work goes on', async () => {
    await publish(ids(2_000));
    await start();
    const second = kafkaBus(environment, { name: 'second', logger: silentLogger });
    const other = await runStage(storingStage(), { ...scene.runtime, bus: second });
    await publish(ids(2_000, 'u'));
    await other.stop(10_000);
    await second.close();
    await committed(4_000);
    expect(await scene.tables()).toMatchObject({ sessions: 4_000, duplicate: 0, dead: 0 });
  }, 60_000);
});
