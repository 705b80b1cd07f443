/** One line of a report's table: what was planned, what was done, what it took. Names as in documents. */
export interface StepReport {
  readonly step: string;
  readonly planned: number;
  readonly done: number;
  readonly seconds: number;
  /** Largest resident size that the process had reached when the step ended, MiB. */
  readonly peak_rss_mb: number;
  /** Whether the result was computed now or taken over from an earlier attempt; null where nothing is kept. */
  readonly cache: 'hit' | 'miss' | null;
}

export interface StepResult<T> {
  readonly value: T;
  readonly done: number;
  readonly cache?: 'hit' | 'miss';
}

export interface StepTable {
  readonly rows: readonly StepReport[];
  /** Do a step and write its line; a step that throws leaves none. */
  measure<T>(step: string, planned: number, work: () => Promise<StepResult<T>>): Promise<T>;
}

export function stepTable(): StepTable {
  const rows: StepReport[] = [];
  return {
    rows,
    measure: async (step, planned, work) => {
      const started = performance.now();
      const { value, done, cache = null } = await work();
      const seconds = Math.round(performance.now() - started) / 1000;
      const peak_rss_mb = Math.round(process.resourceUsage().maxRSS / 1024);
      rows.push({ step, planned, done, seconds, peak_rss_mb, cache });
      return value;
    },
  };
}
