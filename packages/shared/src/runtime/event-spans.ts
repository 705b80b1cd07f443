import type { Tracer } from '../ports/tracer.ts';

/** One span for each trace that runs through a piece of a batch, beside the batch's own. */
export interface EventSpans {
  /** What an event that came of one with this traceparent carries on: the span here, else what came. */
  onwards(traceparent: string | null): string | null;
  end(failure?: unknown): void;
}

export interface EventSpansOptions {
  readonly tracer: Tracer;
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds since 1970: when the piece was begun. */
  readonly startMs: number;
}

/** @param traceparents of the piece's records; several of one trace's span share a span here */
export function openEventSpans(
  traceparents: readonly (string | null)[],
  { tracer, topic, partition, startMs }: EventSpansOptions,
): EventSpans {
  const counts = new Map<string, number>();
  for (const traceparent of traceparents)
    if (traceparent !== null) counts.set(traceparent, (counts.get(traceparent) ?? 0) + 1);
  const spans = new Map(
    [...counts].flatMap(([traceparent, count]) => {
      const span = tracer.open({
        name: `settle ${topic}`,
        kind: 'consumer',
        traceparent,
        startMs,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.destination.name': topic,
          'messaging.destination.partition.id': String(partition),
          'messaging.batch.message_count': count,
        },
      });
      return span === null ? [] : [[traceparent, span] as const];
    }),
  );
  return {
    onwards: (traceparent) =>
      traceparent === null ? null : (spans.get(traceparent)?.traceparent ?? traceparent),
    end: (failure) => {
      for (const span of spans.values()) span.end(failure);
    },
  };
}
