import type { Rng } from '../domain/rng.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MessageBus } from '../ports/message-bus.ts';
import type { Tracer } from '../ports/tracer.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Health } from './health.ts';

/** What a running stage needs of the world. */
export interface StageRuntime {
  readonly bus: MessageBus;
  readonly store: DeliveryStore;
  readonly clock: Clock;
  /** For jitter only: no result depends on it. */
  readonly random: Rng;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly health: Health;
}

/** Bounds of one transaction's worth of work. */
export interface BatchBounds {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Milliseconds; what is not decided by then is handed back. */
  readonly maxMs: number;
}

export const defaultBounds: BatchBounds = {
  maxRecords: 500,
  maxBytes: 32 * 1024 * 1024,
  maxMs: 5_000,
};
