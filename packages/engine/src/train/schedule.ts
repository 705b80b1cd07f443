export interface ScheduleSettings {
  readonly learningRate: number;
  readonly totalSteps: number;
  /** Share of the steps that warm up. */
  readonly warmupShare: number;
}

/**
 * The learning rate of a step: up in a line over the warm-up, then down in a line to 0 at `totalSteps`.
 * @param step  from 0
 */
export function scheduledRate(
  { learningRate, totalSteps, warmupShare }: ScheduleSettings,
  step: number,
): number {
  const warmup = Math.max(1, Math.floor(totalSteps * warmupShare));
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  return learningRate * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmup));
}
