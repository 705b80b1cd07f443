/**
 * A running stage: its subscription, and the watch over it.
 *
 * States: joining -> running <-> waiting (a dependency is down) -> stopping (no new batch; the running one is finished
 * or dropped, committed, the group left) -> stopped. From any of them -> failed, when the program itself is wrong or
 * the client gave up: the process must end, non-zero, and be started again by whoever runs it.
 */
import { groupOfStage } from '../contracts/topics.ts';
import { InvariantError, TransientError } from '../domain/errors.ts';
import type { PartitionOffsets } from '../ports/message-bus.ts';
import { dependencyOf } from './publish-rows.ts';
import type { Stage } from './stage.ts';
import { type StageHandler, stageHandler } from './stage-loop.ts';
import type { BatchBounds, StageRuntime } from './stage-runtime.ts';
import { progressVerifier } from './verify-progress.ts';

export interface Running {
  /** Idempotent; resolves when nothing of it runs, or after the deadline. */
  stop(deadlineMs: number): Promise<void>;
  /** Resolves with the cause when it cannot go on; stays pending otherwise, also after stop(). */
  readonly failed: Promise<unknown>;
  /** Resolves when it has done all that it was there for: the service then stops, exit 0. Absent: it runs for ever. */
  readonly finished?: Promise<void>;
}

/** How often the broker is asked how much waits, milliseconds. */
const watchMs = 5_000;

/** Runs one stage until it is stopped. */
export function runStage<Data, Facts, Decision>(
  stage: Stage<Data, Facts, Decision>,
  runtime: StageRuntime,
  bounds?: BatchBounds,
): Promise<Running> {
  return runStages([stageHandler(stage, runtime, bounds)], runtime);
}

/** Runs stages that share a name, and so a consumer group, on one subscription: each batch goes to its topic's handler. */
export async function runStages(
  handlers: readonly StageHandler[],
  runtime: StageRuntime,
): Promise<Running> {
  const [first] = handlers;
  if (first === undefined || handlers.some((h) => h.stage !== first.stage))
    throw new InvariantError(
      'MILLRACE_PROCESSING_STAGES',
      'stages of one subscription must share their name',
    );
  const byTopic = new Map(handlers.map((handler) => [handler.topic, handler]));
  const group = groupOfStage(first.stage);
  const failure = Promise.withResolvers<unknown>();
  const verifier = progressVerifier(first.stage, runtime);

  const subscription = await runtime.bus.subscribe({
    group,
    topics: [...byTopic.keys()],
    maxRecords: Math.min(...handlers.map((h) => h.bounds.maxRecords)),
    maxBytes: Math.min(...handlers.map((h) => h.bounds.maxBytes)),
    onBatch: async (batch) => {
      const handler = byTopic.get(batch.topic);
      if (handler === undefined)
        throw new InvariantError('MILLRACE_PROCESSING_TOPIC', `no stage takes ${batch.topic}`);
      await verifier.verify(batch);
      return handler.onBatch(batch);
    },
    onAssigned: (partitions) => {
      runtime.metrics.rebalances.add({});
      runtime.metrics.assignedPartitions.set({}, partitions.length);
    },
    onStopped: (cause) => {
      runtime.logger.error('the stage cannot go on', { stage: first.stage }, cause);
      runtime.health.broken(
        `${first.stage} stopped: ${cause instanceof Error ? cause.message : 'unknown cause'}`,
      );
      failure.resolve(cause);
    },
  });

  const stopping = new AbortController();
  const watching = watch({
    runtime,
    group,
    topics: [...byTopic.keys()],
    assigned: subscription.assigned,
    signal: stopping.signal,
  });
  return {
    failed: failure.promise,
    stop: async (deadlineMs) => {
      stopping.abort();
      const over = new AbortController();
      // the watch may be waiting for a broker that does not answer
      const late = runtime.clock.sleep(deadlineMs, over.signal);
      await Promise.all([subscription.stop(deadlineMs), Promise.race([watching, late])]);
      over.abort();
    },
  };
}

interface Watch {
  readonly runtime: StageRuntime;
  readonly group: string;
  readonly topics: readonly string[];
  readonly assigned: () => readonly string[];
  readonly signal: AbortSignal;
}

/** Asks the broker, not the consumer, what waits: a consumer that fell silent says that all is well. */
async function watch({ runtime, group, topics, assigned, signal }: Watch): Promise<void> {
  const { bus, clock, health, metrics } = runtime;
  while (!signal.aborted) {
    try {
      const held = new Set(assigned());
      let waiting = 0;
      for (const topic of topics)
        for (const partition of await bus.offsets(group, topic))
          if (held.has(`${topic}/${partition.partition}`)) waiting += lagOf(partition);
      metrics.assignedPartitions.set({}, held.size);
      health.up('kafka');
      health.waiting(waiting);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      health.down(dependencyOf(error), error.message);
    }
    await clock.sleep(watchMs, signal);
  }
}

const lagOf = ({ begin, end, committed }: PartitionOffsets): number =>
  Number(end - (committed ?? begin));
