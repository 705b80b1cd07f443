import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../adapters/system-clock.ts';
import { TransientError } from '../domain/errors.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { keptLogger } from '../testing/silent.ts';
import { type StageScene, stageScene } from '../testing/stage-scene.ts';
import { storingStage } from '../testing/storing-stage.ts';
import { stageHandler } from './stage-loop.ts';
import { startSweeper } from './sweeper.ts';

describe('the stage loop, when things fail', () => {
  let database: TestDatabase;
  let scene: StageScene;

  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    scene = await stageScene(database.url);
  });
  afterEach(() => scene.dispose());

  it('lets two consumers that both believe to own a partition do the work once', async () => {
    scene.write(Array.from({ length: 50 }, (_, i) => `s${i % 40}`));
    const batch = scene.batch();
    await Promise.all(
      [1, 2, 3].map(() => stageHandler(storingStage(), scene.runtime).onBatch(batch)),
    );
    expect(await scene.tables()).toMatchObject({ sessions: 40, duplicate: 10 });
    expect(scene.closed()).toHaveLength(40);
  });

  it('loses and doubles nothing when the connection dies in the middle of a transaction', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `s${i}`);
    scene.write(ids);
    let kills = 3;
    await scene.start({
      afterSave: async (_ids, tx) => {
        if (kills-- <= 0) return;
        const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await scene.sql`select pg_terminate_backend(${own?.pid ?? 0})`;
      },
    });
    await scene.settled(200);
    expect(kills).toBeLessThanOrEqual(0);
    expect(await scene.tables()).toMatchObject({
      sessions: 200,
      payloads: 200,
      duplicate: 0,
      dead: 0,
      outbox: 0,
    });
    expect(scene.closed()).toHaveLength(200);
    expect(scene.lines.some((l) => l.message === 'dependency is down, waiting')).toBe(true);
  });

  it('waits while a dependency is down, says so once, and goes on by itself', async () => {
    scene.write(['a', 'b']);
    let failures = 4;
    await scene.start({
      beforeLoad: async () => {
        if (failures-- > 0) throw new TransientError('MILLRACE_RESOURCE_DATABASE', 'away');
      },
    });
    await scene.settled(2);
    expect(await scene.tables()).toMatchObject({ sessions: 2 });
    expect(scene.lines.filter((l) => l.message === 'dependency is down, waiting')).toHaveLength(1);
    expect(scene.runtime.health.ready().ok).toBe(true);
  });

  it('drops the batch when the partition is taken away while it waits', async () => {
    scene.write(['a']);
    const waiting = Promise.withResolvers<void>();
    const abort = new AbortController();
    const handler = stageHandler(
      storingStage({
        beforeLoad: async () => {
          waiting.resolve();
          throw new TransientError('MILLRACE_RESOURCE_DATABASE', 'away');
        },
      }),
      scene.runtime,
    );
    const result = handler.onBatch(scene.batch(undefined, abort.signal));
    await waiting.promise;
    abort.abort();
    expect(await result).toBe(0n);
    expect(await scene.tables()).toMatchObject({ sessions: 0 });
  });

  it('decides about all that it measured, however long measuring took, and measures none of it twice', async () => {
    scene.write(Array.from({ length: 30 }, (_, i) => `s${i}`));
    let nowMs = 0;
    const clock = { ...systemClock, now: () => nowMs };
    const measured: string[] = [];
    const stage = storingStage({
      measure: async (ids) => {
        measured.push(...ids);
        nowMs += ids.length * 1000; // five fit into the bound
      },
    });
    const handler = stageHandler(stage, { ...scene.runtime, clock });
    let next = 0n;
    while (next < 30n) {
      const rest = scene.batch().records.filter((record) => record.offset >= next);
      next = await handler.onBatch(scene.batch(rest));
    }
    expect(await scene.tables()).toMatchObject({ sessions: 30, duplicate: 0 });
    expect(measured).toEqual(Array.from({ length: 30 }, (_, i) => `s${i}`));
  });

  it('drops the batch when the partition is taken away while it measures', async () => {
    scene.write(['a']);
    const measuring = Promise.withResolvers<void>();
    const abort = new AbortController();
    const stage = storingStage({
      measure: (_ids, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          measuring.resolve();
        }),
    });
    const result = stageHandler(stage, scene.runtime).onBatch(scene.batch(undefined, abort.signal));
    await measuring.promise;
    abort.abort();
    expect(await result).toBe(0n);
    expect(await scene.tables()).toMatchObject({ sessions: 0 });
  });

  it('fails, not live, when the program itself is wrong', async () => {
    scene.write(['a']);
    const part = await scene.start({
      beforeSave: async () => {
        throw new TypeError('a fault of the program');
      },
    });
    expect(await part.failed).toEqual(new TypeError('a fault of the program'));
    expect(scene.runtime.health.live().ok).toBe(false);
    expect(await scene.tables()).toMatchObject({ sessions: 0, dead: 0 });
  });

  it('sets a record aside on which deciding fails by a fault of the program', async () => {
    scene.write(['a', 'odd', 'b']);
    await scene.start({
      decide: (id) => {
        if (id === 'odd') JSON.parse('{');
      },
    });
    await scene.settled(3);
    expect(await scene.tables()).toMatchObject({ sessions: 2, dead: 1 });
    const [dead] = await scene.sql<
      { code: string; message: string }[]
    >`select code, message from dead_letters`;
    expect(dead).toEqual({
      code: 'MILLRACE_PROCESSING_DECIDE',
      message: 'ingestor threw SyntaxError while deciding',
    });
  });

  it('keeps events in the outbox while the broker is down; the sweeper publishes them after', async () => {
    scene.write(['a', 'b']);
    const handler = stageHandler(storingStage(), scene.runtime);
    const batch = scene.batch();
    scene.bus.setDown(true);
    expect(await handler.onBatch(batch)).toBe(2n);
    expect(await scene.tables()).toMatchObject({ sessions: 2, outbox: 2 });
    expect(scene.runtime.health.isDown('kafka')).toBe(true);
    scene.bus.setDown(false);
    const sweeper = startSweeper(scene.runtime, {
      clock: systemClock,
      logger: keptLogger(),
      olderThanMs: 0,
      everyMs: 1,
    });
    while ((await scene.tables())?.outbox !== 0)
      await new Promise((resolve) => setImmediate(resolve));
    await sweeper.stop();
    expect([...scene.closed()].sort()).toEqual(['a', 'b']);
    expect(scene.runtime.health.isDown('kafka')).toBe(false);
  });

  it('sees the broker come back also when another process has published what it could not', async () => {
    scene.write(['a']);
    await stageHandler(storingStage(), scene.runtime).onBatch(scene.batch());
    scene.bus.setDown(true);
    const { health } = scene.runtime;
    health.down('kafka', 'away');
    const options = { clock: systemClock, logger: keptLogger(), olderThanMs: 0, everyMs: 1 };
    const sweeper = startSweeper(scene.runtime, options);
    await scene.sql`truncate outbox`;
    await expect.poll(() => health.ready().reasons).toEqual(['kafka is down']);
    scene.bus.setDown(false);
    await expect.poll(() => health.ready().ok).toBe(true);
    await sweeper.stop();
  });
});
