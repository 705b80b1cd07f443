import {
  context,
  isSpanContextValid,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { describeError } from '../domain/errors.ts';
import type { Tracer } from '../ports/tracer.ts';

/** More are dropped by the SDK's own limit. */
const maxLinks = 128;

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** OTEL_EXPORTER_OTLP_ENDPOINT: the collector's base address. */
  readonly endpoint: string;
  /** Instead of OTLP over HTTP. */
  readonly exporter?: SpanExporter;
}

/** Spans over OTLP/HTTP. Written by hand: a span a batch, and no library is patched. */
export function createTracer(options: TracingOptions): Tracer {
  const exporter =
    options.exporter ??
    new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.version': options.version,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(contexts);
  const tracer = provider.getTracer('millrace', options.version);
  let closing: Promise<void> | null = null;

  const around = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } catch (error) {
      const { error: name, error_code: code } = describeError(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? name });
      throw error;
    } finally {
      span.end();
    }
  };

  return {
    batch: (batch, work) => {
      const span = tracer.startSpan(`process ${batch.topic}`, {
        kind: SpanKind.CONSUMER,
        links: batch.traceparents.slice(0, maxLinks).flatMap(linkOf),
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.type': 'process',
          'messaging.destination.name': batch.topic,
          'messaging.destination.partition.id': String(batch.partition),
          'messaging.consumer.group.name': batch.group,
          'messaging.batch.message_count': batch.count,
        },
      });
      return around(span, work);
    },
    span: (name, attributes, work) => around(tracer.startSpan(name, { attributes }), work),
    current: () => {
      const active = trace.getActiveSpan()?.spanContext();
      if (active === undefined || !isSpanContextValid(active)) return null;
      return `00-${active.traceId}-${active.spanId}-${active.traceFlags.toString(16).padStart(2, '0')}`;
    },
    close: () => {
      const end = closing ?? provider.shutdown().catch(() => {}); // a collector that is down must not fail a stop
      closing = end;
      return end;
    },
  };
}

function linkOf(traceparent: string): Link[] {
  const [, traceId, spanId, flags] = traceparent.split('-');
  if (traceId === undefined || spanId === undefined) return [];
  const traceFlags = flags === '01' ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const spanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(spanContext) ? [{ context: spanContext }] : [];
}
