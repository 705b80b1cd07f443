import { SpanKind } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { createTracer } from './tracing.ts';

describe('createTracer()', () => {
  it('makes one CONSUMER span a batch, linked to at most 128 traces, and gives its traceparent', async () => {
    const spans: { name: string; kind: number; links: number; failed: boolean }[] = [];
    const exporter = new InMemorySpanExporter();
    const keep = exporter.export.bind(exporter);
    exporter.export = (batch, done) => {
      spans.push(
        ...batch.map((s) => ({
          name: s.name,
          kind: s.kind,
          links: s.links.length,
          failed: s.status.code === 2,
        })),
      );
      keep(batch, done);
    };
    const tracer = createTracer({
      service: 'test',
      version: '1',
      endpoint: 'http://127.0.0.1:1',
      exporter,
    });
    const traceparents = Array.from(
      { length: 200 },
      (_, i) => `00-${String(i + 1).padStart(32, '0')}-b7ad6b7169203331-01`,
    );
    const batch = { topic: 't', partition: 1, group: 'g', count: 200, traceparents };
    const inside = await tracer.batch(batch, async () => tracer.current());
    expect(inside).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(tracer.current()).toBeNull();
    await expect(
      tracer.span({ name: 'freeze', attributes: { examples: 3 } }, async () => {
        throw new RangeError('canary');
      }),
    ).rejects.toThrow(RangeError);
    await tracer.close();
    await tracer.close();
    expect(spans).toEqual([
      { name: 'process t', kind: SpanKind.CONSUMER, links: 128, failed: false },
      { name: 'freeze', kind: SpanKind.INTERNAL, links: 0, failed: true },
    ]);
  });

  it('continues a sampled trace, from span to span, and leaves an unsampled one alone', async () => {
    const exporter = new InMemorySpanExporter();
    const tracer = createTracer({ service: 'test', version: '1', endpoint: '', exporter });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const startMs = 1_800_000_000_000; // the SDK takes a number below the age of the process for one
    const open = (traceparent: string | null) =>
      tracer.open({ name: 'settle', kind: 'consumer', traceparent, attributes: {}, startMs });
    const first = open(`00-${traceId}-b7ad6b7169203331-01`);
    const second = open(first?.traceparent ?? null);
    second?.end(new RangeError('canary'), { 'http.response.status_code': 503 });
    first?.end();
    expect(open(`00-${traceId}-b7ad6b7169203331-00`)).toBeNull();
    const spans = new Promise<readonly ReadableSpan[]>((resolve) => {
      const keep = exporter.export.bind(exporter);
      exporter.export = (batch, done) => {
        resolve(batch);
        keep(batch, done);
      };
    });
    await tracer.close();
    const [child, parent] = await spans;
    expect(parent?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    expect(child?.spanContext().traceId).toBe(traceId);
    expect(child?.status).toEqual({ code: 2, message: 'RangeError' });
    expect(parent?.startTime).toEqual([startMs / 1000, 0]);
  });
});
