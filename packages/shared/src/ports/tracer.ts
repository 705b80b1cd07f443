export interface BatchSpan {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly count: number;
  /** Of the records, where they carry one. */
  readonly traceparents: readonly string[];
}

/** Spans, by hand and few. Off, it only runs the work. */
export interface Tracer {
  /** One CONSUMER span around a batch, linked to at most 128 of its records' traces. */
  batch<T>(span: BatchSpan, work: () => Promise<T>): Promise<T>;
  /** One internal span: a training, a freeze. Attributes are ids, counts and codes. */
  span<T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    work: () => Promise<T>,
  ): Promise<T>;
  /** W3C traceparent of the span that runs now; null when there is none. */
  current(): string | null;
  /** Sends what is left; idempotent. */
  close(): Promise<void>;
}
