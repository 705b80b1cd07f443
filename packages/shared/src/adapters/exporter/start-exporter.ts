/**
 * The exporter: figures of the whole fleet, read at the broker and in the database, beside the stages and not in them.
 *
 * It is a program of its own because an alarm must outlive what it is about: in a stage its figures would end with that
 * stage, and an ingestor of several replicas would tell each of them several times. It decides nothing and writes no row
 * of data (its sweeper publishes what dead stages left in the outbox); several of them do no harm.
 *
 * States: reading (every 10 s) <-> waiting (broker or database is down; the last figures stand, and the failed rounds are
 * counted) -> stopped.
 */
import { consumedBy, type Topic, topics } from '../../contracts/topics.ts';
import { TransientError } from '../../domain/errors.ts';
import type { PartitionOffsets } from '../../ports/message-bus.ts';
import { type DrainSample, drainSeconds, withSample } from '../../runtime/drain-time.ts';
import { oldestWaitingMs } from '../../runtime/oldest-waiting.ts';
import { dependencyOf } from '../../runtime/publish-rows.ts';
import type { StageRuntime } from '../../runtime/stage-runtime.ts';
import type { Running } from '../../runtime/worker.ts';
import { lagOf, readAllOffsets, type StageOffsets } from '../postgres/ledger/offsets.ts';
import { type FleetFacts, readFleetFacts } from './fleet-facts.ts';

const everyMs = 10_000;

export function startExporter(runtime: StageRuntime): Running {
  const { clock, health, logger, metrics } = runtime;
  const stopping = new AbortController();
  const failure = Promise.withResolvers<unknown>();
  const history: History = new Map();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await exportOnce(runtime, history);
        metrics.exporterRounds.add({ result: 'done' });
        health.up('kafka');
        health.up('postgres');
        health.progress();
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        metrics.exporterRounds.add({ result: 'failed' });
        health.down(dependencyOf(error), error.message);
      }
      await clock.sleep(everyMs, stopping.signal);
    }
  };
  const running = run().catch((cause: unknown) => {
    logger.error('the exporter cannot go on', {}, cause);
    failure.resolve(cause);
  });
  return {
    failed: failure.promise,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

type History = Map<string, readonly DrainSample[]>;

/** One round: every figure anew. @throws TransientError when broker or database do not answer */
async function exportOnce(runtime: StageRuntime, history: History): Promise<void> {
  const { bus, metrics, store } = runtime;
  for (const offsets of await readAllOffsets(bus))
    if (isConsumed(offsets)) await tellOffsets(offsets, runtime, history);
  tellFacts(await store.read(readFleetFacts), metrics);
}

const isConsumed = ({ stage, topic }: StageOffsets): boolean =>
  consumedBy[stage].some(({ name }) => name === topic);

async function tellOffsets(
  offsets: StageOffsets,
  { bus, clock, metrics }: StageRuntime,
  history: History,
): Promise<void> {
  const { stage, topic, partitions } = offsets;
  const nowMs = clock.now();
  const maxMs = retentionOf(topic);
  for (const one of partitions)
    metrics.lagMessages.set(
      { stage, topic, partition: String(one.partition) },
      lagOf({ ...offsets, partitions: [one] }),
    );
  const oldest = await oldestWaitingMs(bus, partitions, { topic, nowMs, maxMs });
  metrics.oldestWaiting.set({ stage, topic }, oldest / 1000);
  const lag = lagOf(offsets);
  const key = `${stage} ${topic}`;
  const samples = withSample(history.get(key) ?? [], {
    atMs: nowMs,
    committed: partitions.reduce((sum, one) => sum + Number(committedOf(one)), 0),
    lag,
  });
  history.set(key, samples);
  const drain = drainSeconds(samples, { lag, maxSeconds: maxMs / 1000 });
  metrics.drainSeconds.set({ stage, topic }, drain);
}

const committedOf = ({ begin, committed }: PartitionOffsets): bigint => committed ?? begin;
const retentionOf = (name: string): number =>
  Math.max(
    ...Object.values<Topic>(topics)
      .filter((topic) => topic.name === name)
      .map((topic) => topic.retentionMs),
  );

function tellFacts(facts: FleetFacts, metrics: StageRuntime['metrics']): void {
  metrics.outboxRows.set({}, facts.outbox.rows);
  metrics.outboxOldest.set({}, facts.outbox.oldest);
  metrics.openSessions.set({}, facts.open.sessions);
  metrics.openMessages.set({}, facts.open.messages);
  metrics.closeOverdue.set({}, facts.open.overdue);
  for (const stage of ['ingestor', 'validator', 'augmentor', 'trainer'] as const)
    metrics.deadLettersWaiting.set({ stage }, facts.dead[stage] ?? 0);
  for (const state of ['queued', 'running', 'succeeded', 'blocked', 'failed'] as const)
    metrics.trainingJobs.set({ state }, facts.jobs[state] ?? 0);
  for (const decision of ['promoted', 'refused', 'insufficient_evidence'] as const)
    metrics.models.set({ decision }, facts.models[decision] ?? 0);
  for (const { model_type, queued, still, checkpoint, diverged } of facts.trainings) {
    metrics.trainingQueued.set({ model_type }, queued);
    metrics.trainingStill.set({ model_type }, still);
    metrics.checkpointAge.set({ model_type }, checkpoint);
    metrics.trainingDiverged.set({ model_type }, diverged);
  }
  metrics.databaseConnections.set({}, facts.connections.used);
  metrics.databaseConnectionsLimit.set({}, facts.connections.limit);
}
