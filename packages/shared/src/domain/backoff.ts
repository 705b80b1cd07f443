import type { Rng } from './rng.ts';

export interface BackoffOptions {
  /** Upper bound of the first wait, milliseconds, default 200. */
  readonly firstMs?: number;
  /** No wait is longer, milliseconds, default 30 000. */
  readonly capMs?: number;
}

/**
 * Wait before attempt n + 1, milliseconds: uniform in [0, min(cap, first * 2^n)] ("full jitter").
 * @param attempt failures so far, from 0
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, random: Rng, options: BackoffOptions = {}): number {
  const { firstMs = 200, capMs = 30_000 } = options;
  return Math.round(random() * Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30)));
}
