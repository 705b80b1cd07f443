import { setTimeout as delay } from 'node:timers/promises';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { lagOf, readAllOffsets } from '@millrace/shared/adapters/postgres/ledger/offsets';
import { consumedBy, type Topic, topics } from '@millrace/shared/contracts/topics';
import type { MessageBus } from '@millrace/shared/ports/message-bus';
import { oldestWaitingMs } from '@millrace/shared/runtime/oldest-waiting';
import { quietLogger } from '../conduct/quiet-logger.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { findFleet } from './addresses.ts';
import { openText, readOpenSessions } from './open-sessions.ts';
import { partsTable, readParts } from './parts.ts';

interface WatchOptions {
  readonly json?: boolean;
  readonly every: number;
}

interface Waiting {
  readonly stage: string;
  readonly topic: string;
  readonly waiting: number;
  /** Age of the oldest one, to a tenth. */
  readonly oldest_seconds: number;
}

const clear = '\u001b[H\u001b[J';

/**
 * `millrace status --watch`: parts, and what waits for each stage, again and again until Ctrl-C. On a terminal the page is
 * redrawn, elsewhere printed anew; with `--json` one line a look.
 */
export async function watchStatus(terminal: Terminal, { json, every }: WatchOptions) {
  const { conduct, data, signal } = terminal;
  const { environment } = await findFleet(conduct);
  const bus = kafkaBus(environment, { name: 'status', logger: quietLogger(conduct), retries: 1 });
  const redraw = conduct.redraw && process.stdout.isTTY === true;
  try {
    for (;;) {
      const parts = await readParts(conduct);
      const waiting = await readWaiting(bus);
      const open = await readOpenSessions(conduct);
      if (json) data(JSON.stringify({ at: new Date().toISOString(), parts, waiting, open }));
      else {
        const at = new Date().toISOString().slice(11, 19);
        data(
          `${redraw ? clear : ''}${at}\n${partsTable(parts)}\n\n${waitingTable(waiting)}\n${openText(open)}`,
        );
      }
      await delay(every * 1000, undefined, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await bus.close();
  }
}

/** Null while the broker does not answer. */
async function readWaiting(bus: MessageBus): Promise<readonly Waiting[] | null> {
  try {
    const all = await readAllOffsets(bus);
    const consumed = all.filter(({ stage, topic }) =>
      consumedBy[stage].some(({ name }) => name === topic),
    );
    return await Promise.all(
      consumed.map(async (offsets) => {
        const { stage, topic, partitions } = offsets;
        const maxMs = retentionOf(topic);
        const oldest = await oldestWaitingMs(bus, partitions, { topic, nowMs: Date.now(), maxMs });
        const oldest_seconds = Math.round(oldest / 1000);
        return { stage, topic, waiting: lagOf(offsets), oldest_seconds };
      }),
    );
  } catch {
    return null;
  }
}

const retentionOf = (name: string): number =>
  Object.values<Topic>(topics).find((topic) => topic.name === name)?.retentionMs ?? 0;

function waitingTable(waiting: readonly Waiting[] | null): string {
  if (waiting === null) return 'the broker does not answer';
  const rows = waiting.map((one) => [one.stage, one.topic, one.waiting, `${one.oldest_seconds} s`]);
  return textTable(['stage', 'topic', 'waiting', 'oldest'], rows);
}
