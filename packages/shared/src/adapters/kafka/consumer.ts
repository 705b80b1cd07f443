import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { InvariantError, TransientError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { SubscribeOptions, Subscription } from '../../ports/message-bus.ts';
import { countWithin } from '../count-within.ts';
import { CodecError } from './codecs.ts';
import { recordsOf } from './incoming-records.ts';

/**
 * By its next sign of life a member learns that the group shares its partitions out anew, and all others wait for it:
 * measured from SIGTERM of a third member until two had everything, 3.5 s with a beat of 3 s.
 */
const heartbeatMs = 1_000;
/**
 * Nobody of a group works while it waits for a member that died without a word (kafkajs knows no static members), which a
 * restart of that member makes it do: a process that is killed again and again stops the others so long each time.
 */
const sessionMs = 10_000;
/** After this long raised partitions are seen and shared out; kafkajs would look every 5 minutes, and their records wait. */
const metadataMaxAgeMs = 15_000;

export interface ConsumerContext {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly logger: Logger;
}

/**
 * One member of a consumer group.
 *
 * States: joining (tries for ever: a broker that is down or a topic that is not there yet is no reason to end) ->
 * consuming <-> rejoining (by kafkajs; the signal of each running batch is aborted first) -> stopped, by stop(), or by
 * a failure that kafkajs does not come back from, which goes to `onStopped` once.
 *
 * kafkajs 2.2.4 ends a consumer for good and leaves the process alive when a handler throws a SyntaxError, TypeError
 * or RangeError: no handler of ours throws into it. It sends no heartbeat while a handler runs: the batch does.
 */
export function kafkaSubscription(
  context: ConsumerContext,
  options: SubscribeOptions,
): Subscription {
  const { kafka, prefix, logger } = context;
  const stopping = new AbortController();
  const batches = new Set<AbortController>();
  let held: readonly string[] = [];
  let ended = false;
  let stopped: Promise<void> | null = null;

  const consumer = kafka.consumer({
    groupId: prefix + options.group,
    sessionTimeout: sessionMs,
    rebalanceTimeout: 60_000,
    heartbeatInterval: heartbeatMs,
    metadataMaxAge: metadataMaxAgeMs,
    maxBytes: 8 << 20,
    maxBytesPerPartition: Math.min(options.maxBytes, 1 << 20),
    maxWaitTimeInMs: 500, // longer delays the end: kafkajs waits for the fetch that is under way
    allowAutoTopicCreation: false,
    retry: {
      retries: 1_000_000,
      initialRetryTime: 300,
      maxRetryTime: 10_000,
      restartOnFailure: async () => true,
    },
  });

  const end = (cause: unknown): void => {
    if (ended || stopping.signal.aborted) return;
    ended = true;
    for (const batch of batches) batch.abort();
    options.onStopped(cause);
    void leave(consumer); // not awaited: this may be called from inside a handler, for which leaving waits
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart)
      logger.warning('consumer starts again', { group: options.group, error: payload.error.name });
    else end(crashCause(payload.error, prefix));
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    held = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => `${topic.slice(prefix.length)}/${partition}`),
    );
    logger.info('partitions assigned', { group: options.group, partitions: held.length });
    options.onAssigned?.(held);
  });
  consumer.on(consumer.events.REBALANCING, () => {
    for (const batch of batches) batch.abort();
  });

  const started = start(consumer, {
    topics: options.topics.map((topic) => prefix + topic),
    group: options.group,
    signal: stopping.signal,
    logger,
    eachBatch: async (payload) => {
      if (ended) return;
      const abort = new AbortController();
      batches.add(abort);
      try {
        await runBatch(payload, { prefix, options, abort });
      } catch (error) {
        end(error);
      } finally {
        batches.delete(abort);
      }
    },
  });

  return {
    assigned: () => held,
    stop: (deadlineMs) => {
      stopped ??= (async () => {
        stopping.abort();
        for (const batch of batches) batch.abort();
        const left = (async () => {
          await started;
          await leave(consumer);
        })();
        await withDeadline(left, deadlineMs);
        held = [];
      })();
      return stopped;
    },
  };
}

/** What a crash is about; for a batch that cannot be unpacked, where it lies. */
function crashCause(error: Error, prefix: string): unknown {
  const { cause } = error;
  if (!(cause instanceof CodecError)) return error;
  const { topic = '', partition = -1, firstOffset = '?' } = cause;
  return new InvariantError(
    'MILLRACE_FORMAT_BATCH',
    `${topic.slice(prefix.length)}/${partition} cannot go on at offset ${firstOffset}: ${cause.message}`,
  );
}

/** Waits for handlers, leaves the group, closes. Idempotent; a broker that is gone does not make it fail. */
async function leave(consumer: Consumer): Promise<void> {
  await consumer.stop().catch(() => {});
  await consumer.disconnect().catch(() => {});
}

interface StartOptions {
  readonly topics: string[];
  readonly group: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
}

async function start(consumer: Consumer, options: StartOptions): Promise<void> {
  for (let attempt = 0; !options.signal.aborted; attempt++) {
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: options.topics, fromBeginning: true });
      if (options.signal.aborted) return;
      return await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: options.eachBatch,
      });
    } catch (error) {
      const what = error instanceof Error ? error.name : 'unknown';
      if (attempt % 4 === 0)
        options.logger.warning('cannot subscribe yet', { group: options.group, error: what });
      await pause(Math.min(5_000, 250 * 2 ** attempt), options.signal);
    }
  }
}

interface BatchContext {
  readonly prefix: string;
  readonly options: SubscribeOptions;
  readonly abort: AbortController;
}

/** Feeds one fetched batch to the handler, piece by piece within the bounds, with heartbeats beside it. */
async function runBatch(
  payload: EachBatchPayload,
  { prefix, options, abort }: BatchContext,
): Promise<void> {
  const { topic, partition } = payload.batch;
  const place = { topic: topic.slice(prefix.length), partition };
  const beat = setInterval(() => {
    // a rejected heartbeat means that the group goes on without us: drop the batch, kafkajs joins again
    payload.heartbeat().catch(() => abort.abort());
  }, heartbeatMs);
  try {
    let rest = recordsOf(payload.batch, place);
    while (rest.length > 0 && payload.isRunning() && !payload.isStale() && !abort.signal.aborted) {
      const records = rest.slice(0, countWithin(rest, options));
      const first = records[0]?.offset ?? 0n;
      const next = await options.onBatch({ ...place, records, signal: abort.signal });
      if (next <= first) return;
      payload.resolveOffset(String(next - 1n));
      await commit(payload, { topic, partition, next, signal: abort.signal });
      rest = rest.filter((record) => record.offset >= next);
    }
  } finally {
    clearInterval(beat);
  }
}

interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
  readonly signal: AbortSignal;
}

/**
 * Through the batch's own function: the consumer's `commitOffsets` resolves without committing once a stop began.
 * A commit that the group refuses is given up: whoever has the partition now starts below and finds the work done.
 */
async function commit(
  payload: EachBatchPayload,
  { topic, partition, next, signal }: Commit,
): Promise<void> {
  const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(next) }] }] };
  for (let attempt = 0; attempt < 8; attempt++) {
    try {
      await payload.commitOffsetsIfNecessary(offsets);
      return;
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? String(error.type) : '';
      if (['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'].includes(type))
        return;
      if (signal.aborted) return;
      await pause(Math.min(5_000, 100 * 2 ** attempt), signal);
    }
  }
  throw new TransientError(
    'MILLRACE_RESOURCE_BROKER',
    `offset ${next} of ${topic}/${partition} cannot be committed`,
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
