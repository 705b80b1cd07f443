/**
 * The handler of a stage's batches.
 *
 * States of a batch: decoded -> settling -> settled, piece by piece from its start; beside it
 * - waiting: a transient error; full jitter, for ever, while health names the dependency that is down;
 * - split: a step refused several records at once; the piece is halved until the poison record stands alone and
 *   becomes a dead letter, then pieces grow again;
 * - dropped: the partition was taken away or the process stops; what is settled stays, the rest is delivered again;
 * - cut: the time is up; the rest is handed back.
 * Leaves by resolving with the offset to continue at. Rejects only when the program itself is wrong.
 */
import { groupOfStage } from '../contracts/topics.ts';
import { backoffMs } from '../domain/backoff.ts';
import { InvariantError, PoisonError, TransientError } from '../domain/errors.ts';
import type { Batch } from '../ports/message-bus.ts';
import { decodeRecord, type Slot } from './decode-record.ts';
import { dependencyOf, publishRows } from './publish-rows.ts';
import { type Settled, settle } from './settle.ts';
import type { Stage } from './stage.ts';
import { type BatchBounds, defaultBounds, type StageRuntime } from './stage-runtime.ts';

export interface StageHandler {
  readonly stage: Stage<unknown, unknown, unknown>['name'];
  readonly topic: string;
  readonly bounds: BatchBounds;
  onBatch(batch: Batch): Promise<bigint>;
}

/** Records of the first piece of a stage with a model, before its pace is known. */
const firstPieceWithModel = 8;

export function stageHandler<Data, Facts, Decision>(
  stage: Stage<Data, Facts, Decision>,
  runtime: StageRuntime,
  bounds: BatchBounds = defaultBounds,
): StageHandler {
  const { clock, metrics, health, tracer } = runtime;
  /** Records that fit the time bound, by the pace of the last piece. */
  let paced = stage.measure === undefined ? bounds.maxRecords : firstPieceWithModel;

  const onBatch = async (batch: Batch): Promise<bigint> => {
    const started = clock.now();
    metrics.inFlight.add({}, batch.records.length);
    const { topic, partition, signal } = batch;
    const place = { stage: stage.name, topic, partition };
    let open: readonly Slot<Data>[] = batch.records.map((r) => decodeRecord(r, stage.consumes));
    let next = batch.records[0]?.offset ?? 0n;
    let size = paced;
    let failures = 0;
    while (open.length > 0 && !signal.aborted) {
      const begun = clock.now();
      if (begun - started >= bounds.maxMs && failures === 0 && open.length < batch.records.length)
        break;
      const piece = lightEnough(open.slice(0, size), stage, bounds);
      try {
        const settled = await settle(piece, {
          stage,
          runtime,
          place,
          signal,
          until: begun + bounds.maxMs,
        });
        next = settled.next;
        open = open.filter((slot) => slot.record.offset >= next);
        failures = 0;
        paced = pace(settled.outcomes.length, clock.now() - begun, { bounds, size: paced });
        size = Math.min(paced, size * 2);
        await finish(settled, runtime);
      } catch (error) {
        if (error instanceof PoisonError) {
          metrics.splits.add({});
          size = Math.max(1, Math.floor(piece.length / 2));
          if (piece.length === 1) open = [entomb(piece[0], error), ...open.slice(1)];
        } else if (error instanceof TransientError) {
          if (signal.aborted) break;
          metrics.retries.add({});
          health.down(dependencyOf(error), error.message);
          await clock.sleep(backoffMs(failures++, runtime.random), signal);
        } else if (signal.aborted && error === signal.reason) break;
        else throw error;
      }
    }
    measureBatch(batch, next, started);
    metrics.inFlight.add({}, -batch.records.length);
    return next;
  };

  const measureBatch = (batch: Batch, next: bigint, started: number): void => {
    const now = clock.now();
    const done = batch.records.filter((record) => record.offset < next);
    metrics.batchSeconds.observe({}, (now - started) / 1000);
    metrics.batchEvents.observe({}, done.length);
    for (const { timestampMs } of done)
      metrics.eventAge.observe({}, Math.max(0, now - timestampMs) / 1000);
  };

  return {
    stage: stage.name,
    topic: stage.consumes.name,
    bounds,
    onBatch: (batch) =>
      tracer.batch(
        {
          topic: batch.topic,
          partition: batch.partition,
          group: groupOfStage(stage.name),
          count: batch.records.length,
          traceparents: batch.records.flatMap((r) => r.headers['traceparent'] ?? []),
        },
        () => onBatch(batch),
      ),
  };
}

/** A prefix, of one record at least, whose loads fit into memory together. */
function lightEnough<Data, Facts, Decision>(
  slots: readonly Slot<Data>[],
  stage: Stage<Data, Facts, Decision>,
  { maxBytes }: BatchBounds,
): readonly Slot<Data>[] {
  if (stage.weigh === undefined) return slots;
  let bytes = 0;
  const tooHeavy = slots.findIndex((slot, i) => {
    if (slot.kind === 'event') bytes += stage.weigh?.(slot.event) ?? 0;
    return bytes > maxBytes && i > 0;
  });
  return tooHeavy < 0 ? slots : slots.slice(0, tooHeavy);
}

/** The poison record alone: from here on it is a dead letter. One that cannot even be that is the program's fault. */
function entomb<Data>(slot: Slot<Data> | undefined, cause: PoisonError): Slot<Data> {
  if (slot === undefined || slot.kind === 'dead')
    throw new InvariantError(
      'MILLRACE_PROCESSING_DEAD_LETTER',
      `a dead letter was refused: ${cause.message}`,
    );
  return { kind: 'dead', record: slot.record, cause };
}

interface Pace {
  readonly bounds: BatchBounds;
  readonly size: number;
}

/** How many records to take next so that they fit the time bound; grows at most fourfold a step. */
function pace(records: number, tookMs: number, { bounds, size }: Pace): number {
  const fit = Math.floor((Math.max(1, records) / Math.max(1, tookMs)) * bounds.maxMs);
  return Math.max(1, Math.min(fit, bounds.maxRecords, size * 4));
}

/** After the commit: count, and publish what was written. */
async function finish(settled: Settled, runtime: StageRuntime): Promise<void> {
  const { metrics, health } = runtime;
  health.up('postgres');
  if (health.isDown('model')) health.up('model');
  health.progress();
  for (const outcome of settled.outcomes) metrics.events.add({ outcome });
  for (const code of settled.deadCodes) metrics.deadLetters.add({ cause: causeOf(code) });
  await publishRows(settled.rows, runtime);
}

/** `MILLRACE_FORMAT_JSON` -> `format`. */
function causeOf(code: string): string {
  return code.split('_')[1]?.toLowerCase() ?? 'processing';
}
