import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
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
import type { SpanOptions, Tracer } from '../ports/tracer.ts';

/** More are dropped by the SDK's own limit. */
const maxLinks = 128;
const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** OTEL_EXPORTER_OTLP_ENDPOINT: the collector's base address. */
  readonly endpoint: string;
  /** Instead of OTLP over HTTP. */
  readonly exporter?: SpanExporter;
}

/**
 * Spans over OTLP/HTTP. Written by hand: a span a batch, one for each trace in it, one a request, and no library is
 * patched. A trace that its beginner did not sample stays unsampled.
 */
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

  const start = ({ name, kind, traceparent, links, attributes, startMs }: SpanOptions): Span =>
    tracer.startSpan(
      name,
      {
        kind: kinds[kind ?? 'internal'],
        links: linksTo(links ?? []),
        attributes,
        ...(startMs !== undefined && { startTime: startMs }),
      },
      parentOf(traceparent),
    );

  const around = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };

  return {
    batch: (batch, work) => {
      const span = tracer.startSpan(`process ${batch.topic}`, {
        kind: SpanKind.CONSUMER,
        links: linksTo(batch.traceparents),
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
    span: (span, work) => around(start(span), work),
    open: (options) => {
      const span = start(options);
      if (!span.isRecording()) return null;
      return {
        traceparent: traceparentOf(span.spanContext()),
        end: (failure, attributes) => {
          if (attributes !== undefined) span.setAttributes(attributes);
          if (failure !== undefined) fail(span, failure);
          span.end();
        },
      };
    },
    current: () => {
      const active = trace.getActiveSpan()?.spanContext();
      return active === undefined || !isSpanContextValid(active) ? null : traceparentOf(active);
    },
    close: () => {
      const end = closing ?? provider.shutdown().catch(() => {}); // a collector that is down must not fail a stop
      closing = end;
      return end;
    },
  };
}

function fail(span: Span, error: unknown): void {
  const { error: name, error_code: code } = describeError(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? name });
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

function parentOf(traceparent: string | null | undefined): Context {
  const remote = traceparent ? remoteContext(traceparent) : null;
  return remote === null ? context.active() : trace.setSpanContext(context.active(), remote);
}

const linksTo = (traceparents: readonly string[]): Link[] =>
  traceparents.slice(0, maxLinks).flatMap((traceparent) => {
    const remote = remoteContext(traceparent);
    return remote === null ? [] : [{ context: remote }];
  });

function remoteContext(traceparent: string): SpanContext | null {
  const [, traceId, spanId, flags] = traceparent.split('-');
  if (traceId === undefined || spanId === undefined) return null;
  const traceFlags = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  const remote = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(remote) ? remote : null;
}
