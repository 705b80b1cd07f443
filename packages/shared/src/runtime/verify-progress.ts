/**
 * A topic that was deleted and made anew begins at offset 0 again, while the progress row stands where the old one
 * ended. Its records are handled (natural keys know no offsets) but would be taken for a redelivery and not be counted.
 * Told apart here, before a partition's first batch: what was done cannot lie past the partition's end.
 */
import { groupOfStage, type StageName } from '../contracts/topics.ts';
import { backoffMs } from '../domain/backoff.ts';
import { TransientError } from '../domain/errors.ts';
import type { Batch } from '../ports/message-bus.ts';
import { dependencyOf } from './publish-rows.ts';
import type { StageRuntime } from './stage-runtime.ts';

export interface ProgressVerifier {
  /** Resolves when the partition's progress row belongs to this log; at once after the first time. */
  verify(batch: Batch): Promise<void>;
}

export function progressVerifier(stage: StageName, runtime: StageRuntime): ProgressVerifier {
  const verified = new Set<string>();
  const { bus, clock, health, logger, random, store } = runtime;

  const check = async ({ topic, partition, records }: Batch): Promise<void> => {
    const place = { stage, topic, partition };
    const done = await store.progressAt(place);
    if (done === null || done <= (records[0]?.offset ?? 0n)) return;
    // the end is read after the row: on one log it cannot be smaller, whoever else is at work
    const now = (await bus.offsets(groupOfStage(stage), topic)).find(
      (p) => p.partition === partition,
    );
    if (now === undefined || done <= now.end) return;
    await store.rebaseProgress(place, { from: done, to: now.begin });
    const fields = { topic, partition, done: String(done), end: String(now.end) };
    logger.warning('the topic was made anew: counting goes on from its beginning', fields);
  };

  return {
    verify: async (batch) => {
      const key = `${batch.topic}/${batch.partition}`;
      for (let failures = 0; !verified.has(key) && !batch.signal.aborted; ) {
        try {
          await check(batch);
          verified.add(key);
        } catch (error) {
          if (!(error instanceof TransientError)) throw error;
          health.down(dependencyOf(error), error.message);
          await clock.sleep(backoffMs(failures++, random), batch.signal);
        }
      }
    },
  };
}
