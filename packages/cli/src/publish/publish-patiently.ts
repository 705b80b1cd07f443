import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@millrace/shared/domain/backoff';
import { TransientError } from '@millrace/shared/domain/errors';
import { rng } from '@millrace/shared/domain/rng';
import type { MessageBus, OutgoingRecord } from '@millrace/shared/ports/message-bus';

export interface PatienceOptions {
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly signal: AbortSignal;
  /** Milliseconds after which a broker that does not take the records is given up; default 30 000. */
  readonly patienceMs?: number;
}

/**
 * Publishes records, again as long as it is not known whether they were written: a broker that has just started answers
 * before it can take records. A record that was written twice is the same event, which the fleet counts as a duplicate.
 * @throws TransientError when the patience is over
 */
export async function publishPatiently(
  records: readonly OutgoingRecord[],
  { bus, signal, patienceMs = 30_000 }: PatienceOptions,
): Promise<void> {
  const end = performance.now() + patienceMs;
  const random = rng(process.pid);
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      await bus.publish(records);
      return;
    } catch (error) {
      if (!(error instanceof TransientError) || performance.now() > end) throw error;
    }
    const wait = backoffMs(attempt, random, { capMs: 2000 });
    await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
