import { setTimeout as delay } from 'node:timers/promises';

/** Asks again every 25 ms until the answer is yes. Gives back whether it was yes in time. An error thrown by the check ends the wait. */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await check()) return true;
    if (performance.now() > end) return false;
    await delay(25);
  }
}
