import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds between two questions, default 100. */
  readonly everyMs?: number;
}

/**
 * Asks until the answer is something else than undefined, and gives it back; undefined when the time is up.
 * An error thrown by the question ends the wait.
 */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { timeoutMs, signal, everyMs = 100 }: WaitOptions,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined || performance.now() > end) return answer;
    await delay(everyMs, undefined, { signal });
  }
}
