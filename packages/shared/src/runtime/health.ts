/**
 * What this process knows of itself, for /live and /ready.
 *
 * Live is lost only when restarting may help: records wait, no dependency is known to be down, and nothing moved for
 * 60 s; or the program itself said that it cannot go on. While a dependency is down the process is live and not
 * ready: a restart would not bring the dependency back. Zero partitions assigned is healthy (a standby).
 *
 * States of a dependency: unknown -> up <-> down. Ready means: every one is up, and no stop has begun.
 */
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export type Dependency = 'kafka' | 'postgres' | 'model';

export interface HealthAnswer {
  readonly ok: boolean;
  /** Why not; empty when ok. */
  readonly reasons: readonly string[];
}

export interface Health {
  up(dependency: Dependency): void;
  /** One log line per 15 s while it stays down. */
  down(dependency: Dependency, reason: string): void;
  isDown(dependency: Dependency): boolean;
  /** Something moved: a batch was saved, a step was trained. */
  progress(): void;
  /** Work that waits for this process, as last seen from outside (broker lag of what it holds). */
  waiting(count: number): void;
  /** Never live again; the reason is said. */
  broken(reason: string): void;
  /** A stop has begun: not ready. */
  stopping(): void;
  live(): HealthAnswer;
  ready(): HealthAnswer;
}

export interface HealthOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly dependencies: readonly Dependency[];
  /** Milliseconds without movement, while work waits, that count as a stall; default 60 000. */
  readonly stallMs?: number;
}

const quietMs = 15_000;

export function createHealth(options: HealthOptions): Health {
  const { clock, logger, metrics, stallMs = 60_000 } = options;
  const states = new Map<Dependency, 'unknown' | 'up' | 'down'>(
    options.dependencies.map((name) => [name, 'unknown']),
  );
  for (const dependency of options.dependencies) metrics.dependencyUp.set({ dependency }, 0);
  const saidAt = new Map<Dependency, number>();
  let modelReason = '';
  let movedAt = clock.now();
  let waiting = 0;
  let brokenBy: string | null = null;
  let stopping = false;

  const anyDown = (): boolean => [...states.values()].includes('down');

  return {
    up: (name) => {
      const before = states.get(name);
      if (before === 'up') return;
      states.set(name, 'up');
      saidAt.delete(name);
      metrics.dependencyUp.set({ dependency: name }, 1);
      movedAt = clock.now(); // the time without it does not count as a stall
      if (before === 'down') logger.info('dependency answers again', { dependency: name });
    },
    down: (name, reason) => {
      if (name === 'model') modelReason = reason;
      states.set(name, 'down');
      metrics.dependencyUp.set({ dependency: name }, 0);
      const last = saidAt.get(name);
      if (last !== undefined && clock.now() - last < quietMs) return;
      saidAt.set(name, clock.now());
      logger.warning('dependency is down, waiting', { dependency: name, reason });
    },
    isDown: (name) => states.get(name) === 'down',
    progress: () => {
      movedAt = clock.now();
      metrics.lastProgress.set({}, movedAt / 1000);
    },
    waiting: (count) => {
      if (waiting === 0) movedAt = Math.max(movedAt, clock.now());
      waiting = count;
    },
    broken: (reason) => {
      brokenBy ??= reason;
    },
    stopping: () => {
      stopping = true;
    },
    live: () => {
      const reasons: string[] = [];
      if (brokenBy !== null) reasons.push(brokenBy);
      const still = clock.now() - movedAt;
      if (waiting > 0 && still > stallMs && !anyDown())
        reasons.push(`${waiting} records wait and nothing moved for ${Math.round(still / 1000)} s`);
      return { ok: reasons.length === 0, reasons };
    },
    ready: () => {
      const reasons = [...states]
        .filter(([, state]) => state !== 'up')
        .map(([name, state]) =>
          // our own sentence, which names the folder; what a driver says may name more than it should
          name === 'model' && state === 'down'
            ? `model is down: ${modelReason}`
            : `${name} is ${state}`,
        );
      if (stopping) reasons.push('stopping');
      if (brokenBy !== null) reasons.push(brokenBy);
      return { ok: reasons.length === 0, reasons };
    },
  };
}
