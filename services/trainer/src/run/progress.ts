/** Where a training is; sent about once a second, and at each change of phase. */
export interface TrainingProgress {
  readonly phase: string;
  /** Steps, or texts encoded, done in this phase. */
  readonly step: number;
  readonly total_steps: number;
  /** Nats, of the last step; null outside training. */
  readonly loss: number | null;
  /** Useful tokens trained on in this phase by this process. */
  readonly tokens: number;
  /** Useful tokens a second, since the phase began in this process; null outside training. */
  readonly tokens_per_second: number | null;
  readonly eta_seconds: number | null;
}

export interface PhaseProgress {
  /** A step was done. */
  step(done: number, facts?: { readonly loss: number; readonly tokens: number }): void;
}

const leastMs = 1000;

/** Progress of one phase: rates over what this process did, sent at most once a second and at the end. */
export function phaseProgress(
  phase: { readonly name: string; readonly from: number; readonly total: number },
  send: (progress: TrainingProgress) => void,
): PhaseProgress {
  const started = performance.now();
  let sentAt = Number.NEGATIVE_INFINITY;
  let tokens = 0;
  const report = (done: number, loss: number | null) => {
    const seconds = (performance.now() - started) / 1000;
    const rate = seconds > 0 ? (done - phase.from) / seconds : 0;
    send({
      phase: phase.name,
      step: done,
      total_steps: phase.total,
      loss,
      tokens,
      tokens_per_second: tokens > 0 && seconds > 0 ? Math.round(tokens / seconds) : null,
      eta_seconds: rate > 0 ? Math.round((phase.total - done) / rate) : null,
    });
  };
  report(phase.from, null);
  return {
    step: (done, facts) => {
      tokens += facts?.tokens ?? 0;
      const now = performance.now();
      if (now - sentAt < leastMs && done < phase.total) return;
      sentAt = now;
      report(done, facts?.loss ?? null);
    },
  };
}
