import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Topic, topics } from '../../contracts/topics.ts';
import { TransientError } from '../../domain/errors.ts';
import { eventId } from '../../domain/hash.ts';
import { runStage } from '../../runtime/worker.ts';
import { type StageWorld, stageWorld } from '../../testing/stage-world.ts';
import { storingStage } from '../../testing/storing-stage.ts';
import { startExporter } from './start-exporter.ts';

/** The exporter on the real broker and database, with no stage running but those that a test starts. */
vi.setConfig({ testTimeout: 120_000 }); // seconds on a quiet machine; a round that the broker does not answer costs another

let world: StageWorld;
beforeAll(async () => {
  world = await stageWorld(Object.values<Topic>(topics));
});
afterAll(() => world.close());

const value = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1),
  );
const lag =
  'millrace_consumer_lag_messages{stage="ingestor",topic="millrace.session.events",partition="0"}';
const oldest = 'millrace_consumer_oldest_waiting_seconds{stage="ingestor"';
const drain = 'millrace_consumer_drain_seconds{stage="ingestor"';

/** The figures after the next whole round. */
async function figures(): Promise<string> {
  const { runtime } = world;
  const rounds = async (): Promise<number> =>
    value(await runtime.metrics.text(), 'millrace_exporter_rounds_total{result="done"');
  const before = await rounds();
  const exporter = startExporter(runtime);
  const failed = exporter.failed.then((cause) => {
    throw cause;
  });
  while ((await rounds()) === before)
    await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))]);
  await exporter.stop(1000);
  return runtime.metrics.text();
}

it('tells what waits for a stage that does not run, how long, and that it moves when it runs', async () => {
  const { bus } = world.runtime;
  const session = (id: string) => ({
    topic: topics.sessionEvents.name,
    key: id,
    value: new TextEncoder().encode(JSON.stringify({ session_id: id })),
    headers: {},
  });
  await bus.publish(['a', 'b', 'c'].map(session));
  const still = await figures();
  expect(value(still, lag)).toBe(3);
  expect(value(still, oldest)).toBeGreaterThanOrEqual(0);
  expect(value(still, 'millrace_outbox_rows')).toBe(0);

  const stage = await runStage(storingStage(), world.runtime);
  const committed = async () => {
    const offsets = bus.offsets('millrace-ingestor', topics.sessionEvents.name);
    const known = await offsets.catch((error: unknown) => {
      expect(error).toBeInstanceOf(TransientError); // a group that is joining may not answer yet
      return [];
    });
    return known[0]?.committed;
  };
  while ((await committed()) !== 3n);
  await stage.stop(5000);
  const done = await figures();
  expect([lag, oldest, drain].map((series) => value(done, series))).toEqual([0, 0, 0]);
});

it('tells jobs, stuck and orphaned ones too, dead letters, models and connections from the database', async () => {
  const { sql } = world;
  const job = (id: string, state: string, more: Readonly<Record<string, unknown>> = {}) =>
    sql`insert into training_jobs ${sql({
      job_id: eventId('job', id),
      request_id: id,
      model_name: id,
      model_type: 'embedding',
      cause: 'request',
      reason: '',
      scope: '{}',
      overrides: '{}',
      progress: '{}',
      max_attempts: 3,
      state,
      ...more,
    })}`;
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
  await job('waits', 'queued', { created_at: ago(500), not_before: ago(400) });
  await job('orphaned', 'running', { attempt: 1, lease_until: ago(300), moved_at: ago(900) });
  await job('works', 'running', {
    lease_until: ago(-60),
    moved_at: ago(20),
    checkpoint_at: ago(90),
  });
  await job('diverged', 'failed', { error_code: 'MILLRACE_TRAINING_DIVERGED' });
  await sql`
    insert into dead_letters (id, stage, topic, partition, record_offset, headers, sha256, code, message, retried_at)
    select ${eventId('dead', 1)}::uuid, 'augmentor', 't', 0, 1, '{}'::jsonb, '', 'C', '', null
    union all select ${eventId('dead', 2)}::uuid, 'augmentor', 't', 0, 2, '{}'::jsonb, '', 'C', '', now()`;
  await sql`
    insert into gathered_sessions (source, session_id, state, messages, ends, bytes, versions, opened_at, due_at, received_at)
    values ('shop', 'due', 'open', 3, 0, 9, 0, now(), now() - interval '200 seconds', now()),
      ('shop', 'open', 'open', 4, 0, 9, 0, now(), now() + interval '1 hour', now()),
      ('shop', 'closed', 'closed', 5, 1, 9, 1, now(), now() - interval '1 day', now())`;
  const text = await figures();
  expect(value(text, 'millrace_open_sessions')).toBe(2);
  expect(value(text, 'millrace_open_messages')).toBe(7);
  expect(value(text, 'millrace_close_overdue_seconds')).toBeGreaterThanOrEqual(200);
  expect(value(text, 'millrace_close_overdue_seconds')).toBeLessThan(3600); // of the open one, not the closed
  expect(value(text, 'millrace_training_jobs{state="queued"')).toBe(1);
  expect(value(text, 'millrace_training_jobs{state="running"')).toBe(2);
  const of = (name: string) => value(text, `millrace_training_${name}{model_type="embedding"`);
  expect(of('queued_seconds')).toBeCloseTo(400, -1);
  expect(of('still_seconds')).toBeCloseTo(900, -1);
  expect(of('checkpoint_age_seconds')).toBeCloseTo(900, -1);
  expect(of('diverged_jobs')).toBe(1);
  expect(value(text, 'millrace_training_queued_seconds{model_type="llm"')).toBe(0);
  expect(value(text, 'millrace_dead_letters_waiting{stage="augmentor"')).toBe(1);
  const used = value(text, 'millrace_database_connections{');
  expect(used).toBeGreaterThan(0);
  expect(value(text, 'millrace_database_connections_limit')).toBeGreaterThan(used);
});
