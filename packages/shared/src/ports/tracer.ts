export interface BatchSpan {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly count: number;
  /** Of the records, where they carry one. */
  readonly traceparents: readonly string[];
}

export interface SpanOptions {
  readonly name: string;
  /** What the span does for its trace; default internal. */
  readonly kind?: 'server' | 'consumer' | 'internal';
  /** W3C traceparent of the span that it continues; null or left out: the span that runs now, else a new trace. */
  readonly traceparent?: string | null;
  /** Traces that lead here beside it; at most 128 are kept. */
  readonly links?: readonly string[];
  /** Ids, counts and codes. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Milliseconds since 1970; default now. */
  readonly startMs?: number;
}

/** A span that whoever opened it ends. */
export interface OpenSpan {
  /** What an event carries on that was made in it. */
  readonly traceparent: string;
  /** Attributes that are known only now: a status. */
  end(failure?: unknown, attributes?: SpanOptions['attributes']): void;
}

/** Spans, by hand and few. Off, it only runs the work. */
export interface Tracer {
  /** One CONSUMER span around a batch, linked to at most 128 of its records' traces. */
  batch<T>(span: BatchSpan, work: () => Promise<T>): Promise<T>;
  /** One span around the work: a request, a training. */
  span<T>(span: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** A span beside the one that runs now. Null when there is no tracing or its trace is not sampled. */
  open(span: SpanOptions): OpenSpan | null;
  /** W3C traceparent of the span that runs now; null when there is none. */
  current(): string | null;
  /** Sends what is left; idempotent. */
  close(): Promise<void>;
}
