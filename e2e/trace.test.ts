/** One trace, from an application's request to the model that its session went into, in a collector of the test's own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { topics } from '@millrace/shared/contracts/topics';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { withBus } from './everything.ts';
import { millrace, type Place, place, samples } from './millrace.ts';
import { otlpSink, type SunkSpan } from './otlp-sink.ts';
import { withTinyBase } from './tiny-base.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const application = '00f067aa0ba902b7';

const logOf = (fleet: Place, service: string): string =>
  readFileSync(path.join(fleet.stateFolder, `logs/${service}.log`), 'utf8');

/** The traceparent of the one event that tells of the model. */
const evaluated = (fleet: Place): Promise<string> =>
  withBus(fleet, async (bus) => {
    const got = Promise.withResolvers<string>();
    const subscription = await bus.subscribe({
      group: 'trace-test',
      topics: [topics.modelEvaluated.name],
      maxRecords: 10,
      maxBytes: 1 << 20,
      onBatch: async ({ records }) => {
        got.resolve(records[0]?.headers['traceparent'] ?? '');
        return (records.at(-1)?.offset ?? 0n) + 1n;
      },
      onStopped: got.reject,
    });
    const traceparent = await got.promise;
    await subscription.stop(5000);
    return traceparent;
  });

test('a trace goes from the request of an application through every stage to model.evaluated', async () => {
  const sink = await otlpSink();
  const fleet = await place({ min_new_examples: 60, quiet_seconds: 1, max_steps: 1 });
  withTinyBase(fleet);
  const env = { ...fleet.env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint };
  try {
    expect((await millrace(['up'], env).ended).code).toBe(0);
    const port = /"port":(\d+)[^\n]*"msg":"api listening"/.exec(logOf(fleet, 'ingestor'))?.[1];
    const accepted = await fetch(`http://127.0.0.1:${port}/v1/sessions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${application}-01`,
      },
      body: JSON.stringify(aSession({ id: 'traced' })),
    });
    expect(accepted.status).toBe(202);
    await fleet.run(['publish', samples, '--limit', '30', '--wait']);
    const traceparent = await evaluated(fleet);
    await fleet.run(['down']); // the last spans are sent at a stop

    const spans = sink.spans.filter((span) => span.traceId === traceId);
    const named = (service: string, name: string): SunkSpan[] =>
      spans.filter((span) => span.service === service && span.name === name);
    const way = [
      ['millrace-ingestor', 'POST /v1/sessions'],
      ['millrace-validator', `settle ${topics.sessionClosed.name}`],
      ['millrace-augmentor', `settle ${topics.sessionValidated.name}`],
      ['millrace-trainer', `settle ${topics.examplesReady.name}`],
    ] as const;
    // each hangs on the one before, the first on the application's own
    let parent = application;
    for (const [service, name] of way) {
      const [span, ...more] = named(service, name);
      expect(more, name).toEqual([]);
      expect(span?.parentSpanId, name).toBe(parent);
      parent = span?.spanId ?? '';
    }
    const [train] = named('millrace-trainer-runner', 'train');
    expect(spans.map(({ spanId }) => spanId)).toContain(train?.parentSpanId);
    expect(traceparent).toBe(`00-${traceId}-${train?.spanId}-01`);
    const phases = spans.filter(({ parentSpanId }) => parentSpanId === train?.spanId);
    expect(phases.map(({ name }) => name)).toContain('train train');
    // what came by file has traces of its own, and each batch is linked to those that it holds
    const batches = sink.spans.filter(
      ({ name }) => name === `process ${topics.sessionClosed.name}`,
    );
    expect(batches.flatMap(({ links }) => links.map((link) => link.traceId))).toContain(traceId);
    for (const service of ['trainer-runner', 'trainer'])
      expect(logOf(fleet, service), service).toContain(`"trace_id":"${traceId}"`);
    const { content } = aSession({ id: 'traced' }).conversation_data.messages[0] ?? { content: '' };
    expect(sink.text()).not.toContain(String(content));
  } finally {
    await fleet.remove();
    await sink.close();
  }
});
