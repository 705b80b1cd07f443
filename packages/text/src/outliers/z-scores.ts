/** A column of figures, one a row. */
export type Column = Float64Array;

/** Distances from the mean in standard deviations (of the whole set), signed. All 0 where every value is the same. */
export function zScores(column: Column): Column {
  if (isConstant(column)) return new Float64Array(column.length);
  const average = mean(column);
  const deviation = Math.sqrt(mean(column.map((x) => (x - average) ** 2)));
  return column.map((x) => (x - average) / deviation);
}

/**
 * Distances from the median, as multiples of what a standard deviation would be were the middle of the column normal: 1.4826
 * times the median absolute deviation. Where that is 0, as more than half of the values are the same, 1.2533 times the mean
 * absolute deviation; all 0 where every value is the same.
 * @see Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), which takes 3.5 for far
 */
export function robustZScores(column: Column): Column {
  if (isConstant(column)) return new Float64Array(column.length);
  const middle = median(column);
  const away = column.map((x) => Math.abs(x - middle));
  const scale = 1.4826 * median(away) || 1.2533 * mean(away);
  return away.map((x) => x / scale);
}

/** By its ends, not by a deviation that rounding may leave above 0. */
const isConstant = (column: Column): boolean => column.every((x) => x === column[0]);

function mean(column: Column): number {
  let sum = 0;
  for (const x of column) sum += x;
  return column.length === 0 ? 0 : sum / column.length;
}

function median(column: Column): number {
  const sorted = column.toSorted();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
