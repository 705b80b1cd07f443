import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { topics } from '../contracts/topics.ts';
import type { IncomingRecord } from '../ports/message-bus.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type ManualClock, manualClock } from '../testing/manual-clock.ts';
import { text } from '../testing/record-bytes.ts';
import { type StageScene, stageScene } from '../testing/stage-scene.ts';
import { storingStage } from '../testing/storing-stage.ts';
import { stageHandler } from './stage-loop.ts';

describe('the stage loop', () => {
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

  it('sets poison of every step aside, with its bytes and cause, and handles the others', async () => {
    const ids = Array.from({ length: 300 }, (_, i) => `s${i}`);
    scene.write(ids.slice(0, 100));
    scene.writeBytes('{"session_id": ');
    scene.writeBytes(null);
    scene.writeBytes('{"session_id": 7}');
    scene.writeBytes('{"session_id": "x"}', {
      ce_type: 'other',
      ce_id: '1',
      ce_source: 'a',
      ce_specversion: '1.0',
    });
    scene.write([
      'poison-decide-1',
      ...ids.slice(100, 200),
      'poison-save-1',
      ...ids.slice(200),
      'poison-save-2',
    ]);
    await scene.start();
    await scene.settled(307);
    expect(await scene.tables()).toMatchObject({
      sessions: 300,
      payloads: 300,
      dead: 7,
      outbox: 0,
    });
    expect(new Set(scene.closed())).toEqual(new Set(ids));
    const dead = await scene.sql<{ code: string; bytes: Buffer | null; offset: string }[]>`
      select code, bytes, record_offset as offset from dead_letters order by record_offset`;
    expect(dead.map((d) => [d.code, d.bytes?.toString() ?? null])).toEqual([
      ['MILLRACE_FORMAT_JSON', '{"session_id": '],
      ['MILLRACE_FORMAT_TOMBSTONE', null],
      ['MILLRACE_FORMAT_SCHEMA', '{"session_id": 7}'],
      ['MILLRACE_FORMAT_UNKNOWN_TYPE', '{"session_id": "x"}'],
      ['MILLRACE_FORMAT_TEST', '{"session_id":"poison-decide-1"}'],
      ['MILLRACE_FORMAT_TEST', '{"session_id":"poison-save-1"}'],
      ['MILLRACE_FORMAT_TEST', '{"session_id":"poison-save-2"}'],
    ]);
    const notices = scene.bus.records(topics.deadLetters.name).map((r) => text(r.value));
    expect(notices).toHaveLength(7);
    expect(notices.join()).not.toContain('poison-save');
  });

  it('changes no table when everything is delivered again', async () => {
    scene.write(['a', 'b', 'c', 'poison-save', 'a']);
    await scene.start();
    await scene.settled(5);
    const before = await scene.tables();
    expect(before).toMatchObject({ sessions: 3, dead: 1, duplicate: 1 });
    scene.bus.rewind('millrace-ingestor');
    await scene.settled(5);
    expect(await scene.tables()).toEqual(before);
    expect(scene.closed()).toHaveLength(3);
  });

  it('counts nothing twice of a batch that straddles what is done', async () => {
    scene.write(['a', 'a', 'a', 'b']);
    const handler = stageHandler(storingStage(), scene.runtime);
    const { records } = scene.batch();
    expect(await handler.onBatch(scene.batch(records.slice(0, 2)))).toBe(2n);
    expect(await handler.onBatch(scene.batch(records.slice(1)))).toBe(4n);
    expect(await scene.tables()).toMatchObject({ sessions: 2, duplicate: 2 });
  });

  it('counts offsets that hold no event as noted, once, and goes past them', async () => {
    scene.write(['a', 'b', 'b']);
    const handler = stageHandler(storingStage(), scene.runtime);
    const { records } = scene.batch();
    const [last] = records.slice(-1);
    if (last === undefined) throw new Error('no record');
    const nothing = (offset: bigint): IncomingRecord => ({
      ...last,
      offset,
      key: null,
      value: null,
      headers: {},
      isVoid: true,
    });
    const batch = scene.batch([...records, nothing(3n), nothing(4n)]);
    expect(await handler.onBatch(batch)).toBe(5n);
    expect(await handler.onBatch(scene.batch([nothing(4n), nothing(5n)]))).toBe(6n);
    expect(await scene.tables()).toMatchObject({ sessions: 2, dead: 0, duplicate: 1 });
    const [row] = await scene.sql<{ noted: number; next: number }[]>`
      select noted::int, next_offset::int as next from progress where partition = 0`;
    expect(row).toEqual({ noted: 3, next: 6 });
  });

  it('handles and counts a topic that was made anew, whose offsets begin again', async () => {
    scene.write(['a', 'b', 'b', 'poison-save', 'c']);
    await scene.start();
    await scene.settled(5);
    const again = await stageScene(database.url, { keepTables: true });
    again.write(['d', 'a', 'poison-save-2']);
    await again.start();
    await again.settled(3);
    expect(await again.tables()).toMatchObject({ sessions: 4, dead: 2, duplicate: 2 });
    const [row] = await again.sql<{ taken: number; next: number }[]>`
      select (next_offset - first_offset)::int as taken, next_offset::int as next from progress where partition = 0`;
    expect(row).toEqual({ taken: 8, next: 3 });
    expect(again.lines.map((l) => l.message)).toContain(
      'the topic was made anew: counting goes on from its beginning',
    );
    await again.dispose();
  });

  it('stores NUL, a lone surrogate and 1 MB of text in a batch of 500, byte for byte', async () => {
    const odd = [
      '{"session_id":"nul","text":"a\\u0000b"}',
      '{"session_id":"surrogate","text":"\\ud800"}',
      JSON.stringify({ session_id: 'long', text: 'ж'.repeat(500_000) }),
    ];
    scene.write(Array.from({ length: 250 }, (_, i) => `a${i}`));
    for (const value of odd) scene.writeBytes(value);
    scene.write(Array.from({ length: 247 }, (_, i) => `b${i}`));
    await scene.start();
    await scene.settled(500);
    expect(await scene.tables()).toMatchObject({ sessions: 500, payloads: 500, dead: 0 });
    const rows = await scene.sql<{ id: string; bytes: Buffer }[]>`
      select session_id as id, bytes from payloads where session_id in ('nul', 'surrogate', 'long')`;
    expect(new Map(rows.map((r) => [r.id, r.bytes.toString()]))).toEqual(
      new Map(odd.map((value) => [/"session_id":"(\w+)"/.exec(value)?.[1], value])),
    );
  });

  it('hands back what was not decided within the time bound', async () => {
    const clock: ManualClock = manualClock();
    const slow = { ...scene.runtime, clock };
    scene.write(Array.from({ length: 100 }, (_, i) => `s${i}`));
    const handler = stageHandler(storingStage({ decide: () => clock.advance(100) }), slow);
    const batch = scene.batch();
    const next = await handler.onBatch(batch);
    expect(Number(next)).toBeGreaterThanOrEqual(49);
    expect(Number(next)).toBeLessThanOrEqual(51);
    expect(await scene.tables()).toMatchObject({ sessions: Number(next) });
  });

  it('carries the trace of a record into the event that follows from it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    scene.writeBytes('{"session_id":"a"}', { traceparent });
    await scene.start();
    await scene.settled(1);
    const [event] = scene.bus.records(topics.sessionClosed.name);
    expect(event?.headers).toMatchObject({
      traceparent,
      ce_type: 'io.millrace.session.closed.v1',
      ce_source: 'millrace/ingestor',
      ce_specversion: '1.0',
      'content-type': 'application/json',
    });
  });
});
