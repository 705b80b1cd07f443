/** How far a stage had come in a topic at a moment. */
export interface DrainSample {
  readonly atMs: number;
  /** Sum of the committed offsets. */
  readonly committed: number;
}

const windowMs = 300_000;

/**
 * Seconds to catch up at the pace of the last 5 minutes, over samples oldest first; 0 when nothing waits, and at most
 * `maxSeconds`, the topic's retention: what would wait longer is deleted by the broker.
 */
export function drainSeconds(
  samples: readonly DrainSample[],
  { lag, maxSeconds }: { readonly lag: number; readonly maxSeconds: number },
): number {
  if (lag <= 0) return 0;
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
  const perSecond = ((last.committed - first.committed) / (last.atMs - first.atMs)) * 1000;
  return perSecond <= 0 ? maxSeconds : Math.min(lag / perSecond, maxSeconds);
}

/** The samples of the window with a new one; a topic that was made anew begins anew. */
export function withSample(
  samples: readonly DrainSample[],
  sample: DrainSample,
): readonly DrainSample[] {
  const kept = samples.filter(
    ({ atMs, committed }) => sample.atMs - atMs <= windowMs && committed <= sample.committed,
  );
  return [...kept, sample];
}
