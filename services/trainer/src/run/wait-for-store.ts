import { TransientError } from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { Logger } from '@millrace/shared/ports/logger';

export interface StoreWait {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/**
 * Waits out a model store that is away: hours of training are not given up for some minutes without it. Each failure is
 * said, with what the store lacks.
 * @throws the signal's reason when it is aborted
 */
export async function untilStored<T>(
  { clock, logger, signal }: StoreWait,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      const { code: error_code, message: error_message } = error;
      logger.warning(`${what} waits for the model store`, { error_code, error_message });
      await clock.sleep(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10)), signal);
      signal.throwIfAborted();
    }
  }
}
