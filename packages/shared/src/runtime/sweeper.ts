import { PoisonError, TransientError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { dependencyOf, type Publishing } from './publish-rows.ts';

export interface SweeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rows younger than this belong to the batch that wrote them; milliseconds, default 5 000. */
  readonly olderThanMs?: number;
  /** Pause between looks, milliseconds, default 1 000. */
  readonly everyMs?: number;
}

const rowsAtOnce = 500;

export interface Sweeper {
  /** Publishes everything that waits now, whatever its age: at a stop. Gives up at the first failure. */
  flush(): Promise<void>;
  /** Idempotent; resolves when no sweep runs. */
  stop(): Promise<void>;
}

/**
 * Publishes what a crash or a broker's absence left in the outbox. Runs in every process; rows that one sweeper holds
 * are passed over by the others. States: looking (each second) <-> sweeping -> stopped.
 */
export function startSweeper(runtime: Publishing, options: SweeperOptions): Sweeper {
  const { clock, logger, olderThanMs = 5_000, everyMs = 1_000 } = options;
  const { bus, store, health, metrics } = runtime;
  const stopping = new AbortController();

  const sweep = async (ageMs: number): Promise<number> => {
    const published = await store.sweepOutbox(
      { olderThanMs: ageMs, limit: rowsAtOnce },
      async (rows) => {
        await bus.publish(rows);
        health.up('kafka');
      },
    );
    metrics.outboxPublished.add({ by: 'sweeper' }, published);
    return published;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        while ((await sweep(olderThanMs)) === rowsAtOnce && !stopping.signal.aborted);
        const { rows, oldestSeconds } = await store.outboxState();
        health.up('postgres');
        // in a process that only publishes nobody else would see the broker come back when another one emptied the outbox
        if (health.isDown('kafka')) {
          await bus.ping();
          health.up('kafka');
        }
        metrics.outboxRows.set({}, rows);
        metrics.outboxOldest.set({}, oldestSeconds);
      } catch (error) {
        if (error instanceof TransientError) health.down(dependencyOf(error), error.message);
        else {
          // an event that the broker refuses for good was refused before it was written; anything else is a fault
          logger.error('the outbox cannot be swept', {}, error);
          health.broken(
            error instanceof PoisonError ? error.message : 'the outbox cannot be swept',
          );
          return;
        }
      }
      await clock.sleep(everyMs, stopping.signal);
    }
  };
  const running = run();

  return {
    flush: async () => {
      if (health.isDown('kafka') || health.isDown('postgres')) return;
      try {
        while ((await sweep(0)) === rowsAtOnce);
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        logger.warning('events stay in the outbox for the next process', { reason: error.message });
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
