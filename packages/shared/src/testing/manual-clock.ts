import type { Clock } from '../ports/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on and ends the sleeps that are over. */
  advance(ms: number): void;
  /** Sleeps that have not ended. */
  sleeping(): number;
}

/** Time that moves only when the test says so. */
export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let now = startMs;
  const sleeps = new Set<{ until: number; resolve: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleep = {
          until: now + ms,
          resolve: () => {
            sleeps.delete(sleep);
            resolve();
          },
        };
        sleeps.add(sleep);
        signal?.addEventListener('abort', sleep.resolve, { once: true });
      }),
    advance: (ms) => {
      now += ms;
      for (const sleep of [...sleeps]) if (sleep.until <= now) sleep.resolve();
    },
    sleeping: () => sleeps.size,
  };
}
