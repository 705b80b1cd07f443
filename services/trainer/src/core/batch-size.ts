import { standard } from './chosen-settings.ts';

const leastSteps = 10;
const leastPairs = 8;

/**
 * Pairs a step where nobody says: as many as ever, for more negatives teach more, but so few that an epoch has steps
 * enough to learn in.
 */
export function batchSizeFor(pairs: number): number {
  let size = standard.batchSize;
  while (size > leastPairs && pairs / size < leastSteps) size /= 2;
  return size;
}

/** Peak memory of a training step on so much, MiB of resident size. */
export interface StepMemory {
  /** What memory grows with: pairs, or tokens. */
  readonly size: number;
  readonly peak: number;
}

/**
 * The most that can be computed together: memory grows with it in a line, which two measured steps give.
 * @param limit  MiB that the process may hold
 * @returns at least 1, at most `wanted`
 */
export function thatFit(
  wanted: number,
  limit: number,
  [small, large]: readonly [StepMemory, StepMemory],
): number {
  const each = (large.peak - small.peak) / (large.size - small.size);
  if (!(each > 0)) return large.peak <= limit ? wanted : 1;
  const fixed = small.peak - each * small.size;
  return Math.max(1, Math.min(wanted, Math.floor((limit - fixed) / each)));
}
