/** One point of a range test: the loss of a fixed probe after a step at this learning rate. */
export interface RangePoint {
  readonly rate: number;
  /** Nats. */
  readonly loss: number;
}

/** Learning rates of a range test, each the same factor above the one before. */
export function rangeRates(steps: number): readonly number[] {
  const factor = (highest / lowest) ** (1 / Math.max(1, steps - 1));
  return Array.from({ length: steps }, (_, i) => lowest * factor ** i);
}

const lowest = 1e-6;
const highest = 1e-3;
/** A smaller fall of the loss over the whole test, as a share, is no slope to choose by. */
const leastFall = 0.01;
/** Points on each side that a slope is taken over. */
const reach = 2;

/**
 * The learning rate at which the probe's loss falls fastest, over the logarithm of the rate and before the loss is at
 * its least: beyond it a step gains less the longer it is.
 * @param start  loss of the probe before the first step
 * @returns null when the loss hardly falls at any rate
 * @see Smith 2017, Cyclical Learning Rates for Training Neural Networks, arXiv:1506.01186, section 3.3
 */
export function chooseRate(points: readonly RangePoint[], start: number): number | null {
  const losses = points.map(({ loss }) => loss);
  const least = losses.indexOf(Math.min(...losses));
  if (!(losses[least] !== undefined && losses[least] < start * (1 - leastFall))) return null;
  let best = { fall: 0, at: least };
  for (let at = 0; at <= least; at++) {
    const [from, to] = [Math.max(-1, at - reach), Math.min(points.length - 1, at + reach)];
    const before = from < 0 ? start : (losses[from] ?? start);
    const fall = (before - (losses[to] ?? start)) / (to - from);
    if (fall > best.fall) best = { fall, at };
  }
  return Number((points[best.at]?.rate ?? lowest).toPrecision(2));
}
