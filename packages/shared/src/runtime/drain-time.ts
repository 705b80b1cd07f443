/** How far a stage had come in a topic at a moment. */
export interface DrainSample {
  readonly atMs: number;
  /** Sum of the committed offsets. */
  readonly committed: number;
  /** Records that waited. */
  readonly lag: number;
}

const windowMs = 300_000;

/**
 * Seconds to catch up at the pace of the last 5 minutes, over samples oldest first; 0 when nothing waits, and at most
 * `maxSeconds`, the topic's retention: what would wait longer is deleted by the broker. Only time in which something
 * waited tells a pace: counted with the idle minutes before it, a burst would look thirty times slower than it is done,
 * and five minutes later suddenly right.
 */
export function drainSeconds(
  samples: readonly DrainSample[],
  { lag, maxSeconds }: { readonly lag: number; readonly maxSeconds: number },
): number {
  if (lag <= 0) return 0;
  let ms = 0;
  let done = 0;
  samples.forEach((from, i) => {
    const to = samples[i + 1];
    if (to === undefined || from.lag <= 0) return;
    ms += to.atMs - from.atMs;
    done += to.committed - from.committed;
  });
  if (ms <= 0) return 0;
  return done <= 0 ? maxSeconds : Math.min((lag / done) * (ms / 1000), maxSeconds);
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
