/**
 * Closes the open sessions that are due, beside the stage: it must go on where no record comes.
 *
 * States: looking (each second) -> closing, page by page while there are any -> looking; waiting, while broker or database do not
 * answer -> looking; stopped. Several run at once: a session that one holds is passed over by the others. A page is one
 * transaction, so one that was cut off left nothing. A session whose messages cannot be put together is the program's fault:
 * the process ends. It says nothing of progress: a stage that stands still must be seen while sessions close.
 */
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { backoffMs } from '@millrace/shared/domain/backoff';
import { TransientError } from '@millrace/shared/domain/errors';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { dependencyOf, publishRows } from '@millrace/shared/runtime/publish-rows';
import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import type { Running } from '@millrace/shared/runtime/worker';
import { closedOutput } from './closed-output.ts';
import { type ReadTimes, readTimesAfter } from './core/read-times.ts';
import { closeSessions, type PageBounds, readingAwaited } from './store/close-sessions.ts';

/** What a batch of the stage may hold, too. */
const defaultBounds: PageBounds = { sessions: 200, bytes: 32 * 1024 * 1024 };

const everyMs = 1_000;

export function startCloseLoop(runtime: StageRuntime, bounds: PageBounds = defaultBounds): Running {
  const { clock, health, logger, random } = runtime;
  const stopping = new AbortController();
  const failure = Promise.withResolvers<unknown>();
  let readTimes: ReadTimes = new Map();

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        readTimes = await readAgain(runtime, readTimes);
        while (!stopping.signal.aborted && (await closePage(runtime, readTimes, bounds)) > 0);
        failures = 0;
        await clock.sleep(everyMs, stopping.signal);
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        health.down(dependencyOf(error), error.message);
        await clock.sleep(backoffMs(failures++, random), stopping.signal);
      }
    }
  };
  const running = run().catch((cause: unknown) => {
    logger.error('open sessions cannot be closed', {}, cause);
    health.broken('open sessions cannot be closed');
    failure.resolve(cause);
  });
  return {
    failed: failure.promise,
    stop: async (deadlineMs) => {
      stopping.abort();
      const over = new AbortController();
      await Promise.race([running, clock.sleep(deadlineMs, over.signal)]);
      over.abort();
    },
  };
}

/** The broker is asked only while a session waits for it. Those that came by HTTP alone, or are complete, close without it. */
async function readAgain(
  { bus, health, store }: StageRuntime,
  before: ReadTimes,
): Promise<ReadTimes> {
  const { isAwaited, nowMs } = await store.read(readingAwaited);
  health.up('postgres');
  if (!isAwaited) return before;
  try {
    const offsets = await bus.offsets(groupOfStage('ingestor'), topics.sessionEvents.name);
    return readTimesAfter(before, offsets, nowMs);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return before; // a group that is being joined may not answer; the stage's own watch says when the broker is down
  }
}

/** @returns how many sessions it closed */
async function closePage(
  runtime: StageRuntime,
  readTimes: ReadTimes,
  bounds: PageBounds,
): Promise<number> {
  const { clock, metrics, store } = runtime;
  const { closed, rows } = await store.transaction(async (tx) => {
    const closed = await closeSessions(tx, readTimes, bounds);
    const context = { stage: 'ingestor', nowMs: clock.now(), traceparent: null } as const;
    const rows = closed
      .filter(({ assigned }) => assigned.outcome === 'applied')
      .map(({ assigned }) => outboxRow(closedOutput(assigned), context));
    await store.appendOutbox(tx, rows);
    return { closed, rows };
  });
  for (const { cause } of closed) metrics.sessionsClosed.add({ cause });
  await publishRows(rows, runtime);
  return closed.length;
}
