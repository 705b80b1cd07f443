import type { StepFigures } from './results.ts';

export interface Measured<T> extends StepFigures {
  readonly value: T;
}

/** Does a step and says what it took. Nothing is cached in process: a run computes everything. */
export async function measured<T>(work: () => T | Promise<T>): Promise<Measured<T>> {
  const started = performance.now();
  const value = await work();
  return {
    value,
    seconds: Math.round(performance.now() - started) / 1000,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    cache: 'miss',
  };
}

/** The figures alone, to spread into a step's report. */
export function figuresOf({ seconds, peak_rss_mb, cache }: StepFigures): StepFigures {
  return { seconds, peak_rss_mb, cache };
}
