import type { OutboxRow } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import { type Publishing, publishRows } from '@millrace/shared/runtime/publish-rows';

export interface Publisher {
  /** Publishes committed rows soon. More than it can hold are left to the sweeper. */
  take(rows: readonly OutboxRow[]): void;
  /** Resolves when nothing of ours is under way. */
  idle(): Promise<void>;
}

const rowsAtOnce = 500;
/** A broker that hangs must not fill the memory: the rows lie in the outbox anyway. */
const mostWaiting = 5_000;

/** States: idle -> publishing, a batch after the other while rows wait -> idle. A failure leaves its rows to the sweeper. */
export function createPublisher(runtime: Publishing & { readonly logger: Logger }): Publisher {
  const waiting: OutboxRow[] = [];
  let running: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    try {
      while (waiting.length > 0) await publishRows(waiting.splice(0, rowsAtOnce), runtime);
    } catch (error) {
      runtime.logger.error('publishing failed, the sweeper tries again', {}, error);
    } finally {
      running = null;
    }
  };

  return {
    take: (rows) => {
      if (rows.length === 0 || waiting.length + rows.length > mostWaiting) return;
      waiting.push(...rows);
      running ??= drain();
    },
    idle: async () => {
      await running;
    },
  };
}
