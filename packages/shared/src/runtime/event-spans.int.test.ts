import { afterAll, beforeAll, expect, it } from 'vitest';
import { topics } from '../contracts/topics.ts';
import type { SpanOptions, Tracer } from '../ports/tracer.ts';
import { noTracer } from '../telemetry/no-tracer.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { stageScene } from '../testing/stage-scene.ts';
import { storingStage } from '../testing/storing-stage.ts';
import { stageHandler } from './stage-loop.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const asked = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
const here = `00-${'a'.repeat(32)}-${'2'.repeat(16)}-01`;

/** A tracer that samples the trace `asked`, and what became of its spans. */
function tracerOf() {
  const spans: (SpanOptions & { failed: boolean })[] = [];
  const tracer: Tracer = {
    ...noTracer,
    open: (span) =>
      span.traceparent === asked
        ? {
            traceparent: here,
            end: (failure) => spans.push({ ...span, failed: failure !== undefined }),
          }
        : null,
  };
  return { spans, tracer };
}

it('an event goes on in the span of this stage; without one, with what came; once a trace, not once a record', async () => {
  const scene = await stageScene(database.url);
  const { spans, tracer } = tracerOf();
  const other = `00-${'b'.repeat(32)}-${'3'.repeat(16)}-00`;
  for (const [id, traceparent] of Object.entries({ a: asked, b: asked, c: other }))
    scene.writeBytes(JSON.stringify({ session_id: id }), { traceparent });
  await stageHandler(storingStage(), { ...scene.runtime, tracer }).onBatch(scene.batch());
  const sent = scene.bus.records(topics.sessionClosed.name);
  expect(sent.map(({ headers }) => headers['traceparent']).sort()).toEqual(
    [here, here, other].sort(),
  );
  expect(spans).toEqual([
    expect.objectContaining({
      name: 'settle millrace.session.events',
      traceparent: asked,
      failed: false,
      attributes: expect.objectContaining({ 'messaging.batch.message_count': 2 }),
    }),
  ]);
  const phases = await scene.runtime.metrics.text();
  for (const phase of ['load', 'decide', 'save'])
    expect(phases).toContain(`phase_duration_seconds_count{stage="test",phase="${phase}"} 1`);
  expect(phases).toContain('millrace_stage_inflight_events{stage="test"} 0');
  await scene.dispose();
});

it('a piece that fails ends its spans as failed', async () => {
  const scene = await stageScene(database.url);
  const { spans, tracer } = tracerOf();
  scene.writeBytes(JSON.stringify({ session_id: 'poison-save' }), { traceparent: asked });
  await stageHandler(storingStage(), { ...scene.runtime, tracer }).onBatch(scene.batch());
  expect(spans.map(({ failed }) => failed)).toEqual([true, false]); // refused, then its dead letter
  await scene.dispose();
});
