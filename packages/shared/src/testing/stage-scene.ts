import { type MemoryBus, memoryBus } from '../adapters/memory/memory-bus.ts';
import { connect } from '../adapters/postgres/database.ts';
import { deliveryStore } from '../adapters/postgres/delivery-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { groupOfStage, topics } from '../contracts/topics.ts';
import { rng } from '../domain/rng.ts';
import type { Sql } from '../ports/database.ts';
import type { Batch, IncomingRecord } from '../ports/message-bus.ts';
import { createHealth } from '../runtime/health.ts';
import type { StageRuntime } from '../runtime/stage-runtime.ts';
import { type Running, runStage } from '../runtime/worker.ts';
import { noTracer } from '../telemetry/no-tracer.ts';
import { bytes, text } from './record-bytes.ts';
import { keptLogger, type LoggedLine, testMetrics } from './silent.ts';
import { type StoringOptions, storingStage } from './storing-stage.ts';

const input = topics.sessionEvents.name;

export interface Tables {
  readonly sessions: number;
  readonly payloads: number;
  readonly outbox: number;
  readonly dead: number;
  readonly duplicate: number;
  /** Checksum of everything in them. */
  readonly sum: string;
}

/** The storing stage on a memory bus and a real database, emptied. */
export interface StageScene {
  readonly bus: MemoryBus;
  readonly sql: Sql;
  readonly runtime: StageRuntime;
  readonly lines: readonly LoggedLine[];
  /** Session documents of nothing but an id, into partition 0. */
  write(ids: readonly string[]): void;
  writeBytes(value: string | null, headers?: Record<string, string>): void;
  /** What partition 0 holds, as one batch. */
  batch(records?: readonly IncomingRecord[], signal?: AbortSignal): Batch;
  start(options?: StoringOptions): Promise<Running>;
  /** Resolves when the group committed that many records. */
  settled(count: number): Promise<void>;
  tables(): Promise<Tables>;
  /** Keys of the session.closed events published. */
  closed(): readonly string[];
  dispose(): Promise<void>;
}

export async function stageScene(
  url: string,
  options: { readonly keepTables?: boolean } = {},
): Promise<StageScene> {
  const sql = connect(url, { max: 10 }); // a test may ask the pool from inside each of 4 transactions
  if (!options.keepTables) await sql`truncate sessions, payloads, outbox, dead_letters, progress`;
  const bus = memoryBus();
  const logger = keptLogger();
  const metrics = testMetrics();
  const clock = systemClock;
  const health = createHealth({ clock, logger, metrics, dependencies: ['kafka', 'postgres'] });
  const store = deliveryStore(sql);
  const runtime = { bus, store, clock, random: rng(1), logger, metrics, tracer: noTracer, health };
  const running: Running[] = [];
  const writeBytes: StageScene['writeBytes'] = (value, headers = {}) =>
    bus.write(input, {
      partition: 0,
      key: bytes('k'),
      value: value === null ? null : bytes(value),
      headers,
    });
  return {
    bus,
    sql,
    runtime,
    lines: logger.lines,
    writeBytes,
    write: (ids) => {
      for (const id of ids) writeBytes(JSON.stringify({ session_id: id }));
    },
    batch: (records = bus.records(input), signal = new AbortController().signal) => ({
      topic: input,
      partition: 0,
      records,
      signal,
    }),
    start: async (options) => {
      const part = await runStage(storingStage(options), runtime);
      running.push(part);
      return part;
    },
    settled: async (count) => {
      for (;;) {
        const offsets = await bus.offsets(groupOfStage('ingestor'), input);
        if (offsets.reduce((sum, p) => sum + Number(p.committed ?? 0n), 0) >= count) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    tables: () => readTables(sql),
    closed: () => bus.records(topics.sessionClosed.name).map((r) => text(r.key)),
    dispose: async () => {
      for (const part of running) await part.stop(5_000);
      await bus.close();
      await sql.end({ timeout: 2 });
    },
  };
}

async function readTables(sql: Sql): Promise<Tables> {
  const [row] = await sql<Tables[]>`
    select (select count(*)::int from sessions) as sessions, (select count(*)::int from payloads) as payloads,
      (select count(*)::int from outbox) as outbox, (select count(*)::int from dead_letters) as dead,
      (select coalesce(sum(duplicate), 0)::int from progress) as duplicate,
      (select coalesce(md5(string_agg(t, ',' order by t)), '') from (
        select s::text from sessions s union all select p::text from payloads p union all
        select d::text from dead_letters d union all select g::text from progress g) x(t)) as sum`;
  if (row === undefined) throw new TypeError('a count gives a row');
  return row;
}
