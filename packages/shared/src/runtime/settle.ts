/**
 * One attempt at a run of records: load -> measure -> decide -> one transaction -> publish.
 *
 * A record is undecided -> decided or dead -> settled (committed, with its event, dead letter or count, and the
 * progress row moved past it). What a redelivery, a retry or a second consumer brings again goes the same way: the
 * natural keys refuse its rows, so it sends nothing, and the locked progress row says not to count it. It is not cut
 * off unseen: a topic that was made anew begins at offset 0 too, and a replay after a changed setting wants new results.
 */

import { assertNever, InvariantError, PoisonError, TransientError } from '../domain/errors.ts';
import type { Transaction } from '../ports/database.ts';
import type { Counted, DeadLetterRow, OutboxRow, Place } from '../ports/delivery-store.ts';
import type { Slot } from './decode-record.ts';
import { withoutForgotten } from './erasure/letters-naming.ts';
import { type EventSpans, openEventSpans } from './event-spans.ts';
import { deadLetterOutput, deadLetterRow, outboxRow } from './outbox.ts';
import type { Decided, Outcome, Stage, StageOutput } from './stage.ts';
import type { StageRuntime } from './stage-runtime.ts';

export interface SettleContext<Data, Facts, Decision> {
  readonly stage: Stage<Data, Facts, Decision>;
  readonly runtime: StageRuntime;
  readonly place: Place;
  readonly signal: AbortSignal;
  /** Moment, milliseconds of the clock, at which deciding stops. */
  readonly until: number;
}

export interface Settled {
  /** Everything below is done. */
  readonly next: bigint;
  readonly outcomes: readonly (Outcome | 'dead')[];
  /** Codes of the dead letters among them. */
  readonly deadCodes: readonly string[];
  /** Outbox rows now committed, to be published. */
  readonly rows: readonly OutboxRow[];
}

/** The loop's thread lets others run after this long, milliseconds. */
const yieldMs = 200;

/**
 * @param slots at least one, in offset order
 * @returns how far it came: less than the end when the time was up
 * @throws PoisonError of a step that took several records at once; TransientError; anything else is the program's fault
 */
export async function settle<Data, Facts, Decision>(
  slots: readonly Slot<Data>[],
  context: SettleContext<Data, Facts, Decision>,
): Promise<Settled> {
  const { runtime } = context;
  const { topic, partition } = context.place;
  const startMs = runtime.clock.now();
  const decisions = await decideAll(slots, context);
  const spans = openEventSpans(
    decisions.done.map(({ record }) => record.headers['traceparent'] ?? null),
    { tracer: runtime.tracer, topic, partition, startMs },
  );
  try {
    const settled = await timed('save', runtime, () => saveAll(decisions, { ...context, spans }));
    spans.end();
    return settled;
  } catch (error) {
    spans.end(error);
    throw error;
  }
}

interface SaveContext<Data, Facts, Decision> extends SettleContext<Data, Facts, Decision> {
  readonly spans: EventSpans;
}

function saveAll<Data, Facts, Decision>(
  { done, decided, dead }: DecidedSlots<Data, Decision>,
  context: SaveContext<Data, Facts, Decision>,
): Promise<Settled> {
  const { runtime } = context;
  const first = done[0]?.record.offset;
  const last = done.at(-1)?.record.offset;
  if (first === undefined || last === undefined)
    throw new InvariantError(
      'MILLRACE_PROCESSING_EMPTY_BATCH',
      'a batch without records was to be settled',
    );
  return runtime.store.transaction(async (tx) => {
    const below = await runtime.store.lockProgress(tx, context.place, first);
    const saved = await saveDecided(decided, { ...context, tx });
    const letters = [...dead, ...saved.dead].map((slot) =>
      deadLetterRow(slot.record, context.stage, slot.cause),
    );
    const keepable = await withoutForgotten(tx, letters);
    const newLetters = await runtime.store.appendDeadLetters(tx, keepable);
    const rows = outboxRows(newLetters, saved.outputs, context);
    await runtime.store.appendOutbox(tx, rows);
    const voids = done.flatMap(({ kind, record }) =>
      kind === 'void' ? [{ offset: record.offset, outcome: 'noted' as const }] : [],
    );
    const counted = [...saved.settled, ...voids]
      .filter(({ offset }) => offset >= below)
      .map(({ outcome }) => outcome);
    await runtime.store.advanceProgress(tx, context.place, last + 1n, tally(counted));
    return {
      next: last + 1n,
      outcomes: [...counted, ...newLetters.map(() => 'dead' as const)],
      deadCodes: newLetters.map((l) => l.code),
      rows,
    };
  });
}

interface SavedEvents {
  readonly settled: readonly { readonly offset: bigint; readonly outcome: Outcome }[];
  /** Those that the tables had no place for. */
  readonly dead: readonly Dead[];
  readonly outputs: readonly StageOutput[];
}

/** Takes the erasure lock before any row, where the stage writes text: dead letters come after it. */
async function saveDecided<Data, Facts, Decision>(
  decided: readonly Decided<Data, Decision>[],
  { stage, tx }: SettleContext<Data, Facts, Decision> & { readonly tx: Transaction },
): Promise<SavedEvents> {
  if (decided.length === 0) return { settled: [], dead: [], outputs: [] };
  const { outcomes, outputs } = await stage.save(decided, tx);
  if (outcomes.length !== decided.length)
    throw new InvariantError(
      'MILLRACE_PROCESSING_OUTCOMES',
      `${stage.name} answered ${outcomes.length} outcomes for ${decided.length} events`,
    );
  const settled: { offset: bigint; outcome: Outcome }[] = [];
  const dead: Dead[] = [];
  for (const [i, { event }] of decided.entries()) {
    const outcome = outcomes[i] ?? 'noted';
    if (outcome instanceof PoisonError) dead.push({ record: event.record, cause: outcome });
    else settled.push({ offset: event.record.offset, outcome });
  }
  return { settled, dead, outputs };
}

/** A record that nobody can handle, and why. */
type Dead = Pick<Slot<unknown> & { kind: 'dead' }, 'record' | 'cause'>;

function outboxRows<Data, Facts, Decision>(
  letters: readonly DeadLetterRow[],
  outputs: readonly StageOutput[],
  { stage, runtime, spans }: SaveContext<Data, Facts, Decision>,
): OutboxRow[] {
  const traceparent = runtime.tracer.current();
  const outbox = { stage: stage.name, nowMs: runtime.clock.now(), traceparent };
  const notices = letters.map((row) => deadLetterOutput(row));
  return [...outputs, ...notices].map((output) =>
    outboxRow({ ...output, traceparent: spans.onwards(output.traceparent) }, outbox),
  );
}

interface DecidedSlots<Data, Decision> {
  /** The records that were looked at before the time was up, a prefix of the slots. */
  readonly done: readonly Slot<Data>[];
  readonly decided: readonly Decided<Data, Decision>[];
  readonly dead: readonly (Slot<Data> & { kind: 'dead' })[];
}

async function decideAll<Data, Facts, Decision>(
  slots: readonly Slot<Data>[],
  context: SettleContext<Data, Facts, Decision>,
): Promise<DecidedSlots<Data, Decision>> {
  const { stage, runtime, signal } = context;
  const done: Slot<Data>[] = [];
  const decided: Decided<Data, Decision>[] = [];
  const dead: (Slot<Data> & { kind: 'dead' })[] = [];
  const events = slots.flatMap((slot) => (slot.kind === 'event' ? [slot.event] : []));
  if (events.length === 0)
    return { done: slots, decided, dead: slots.flatMap((s) => (s.kind === 'dead' ? [s] : [])) };
  let facts = await timed('load', runtime, () =>
    runtime.store.read((sql) => stage.load(events, sql)),
  );
  let { until } = context;
  const { measure } = stage;
  if (measure !== undefined) {
    // what was measured is decided about: by its pace the next piece is made to fit the time
    const begun = runtime.clock.now();
    facts = await timed('measure', runtime, () => measure.call(stage, events, facts, signal));
    until += runtime.clock.now() - begun;
  }
  const deciding = runtime.clock.now();
  let breath = runtime.clock.now();
  for (const slot of slots) {
    const now = runtime.clock.now();
    if (done.length > 0 && now >= until) break;
    if (now - breath > yieldMs) {
      await new Promise((resolve) => setImmediate(resolve));
      breath = runtime.clock.now();
    }
    if (slot.kind === 'dead') dead.push(slot);
    else if (slot.kind === 'event') {
      const result = decideOne(slot, facts, context);
      if ('kind' in result) dead.push(result);
      else decided.push(result);
    }
    done.push(slot);
  }
  runtime.metrics.phaseSeconds.observe(
    { phase: 'decide' },
    (runtime.clock.now() - deciding) / 1000,
  );
  return { done, decided, dead };
}

function decideOne<Data, Facts, Decision>(
  slot: Slot<Data> & { kind: 'event' },
  facts: Facts,
  { stage, runtime }: SettleContext<Data, Facts, Decision>,
): Decided<Data, Decision> | (Slot<Data> & { kind: 'dead' }) {
  try {
    return { event: slot.event, decision: stage.decide(slot.event, facts) };
  } catch (error) {
    if (error instanceof PoisonError) return { kind: 'dead', record: slot.record, cause: error };
    if (error instanceof InvariantError || error instanceof TransientError) throw error;
    // a fault of the program on this one record: it is set aside with its bytes, the others go on
    const { topic, partition, offset } = slot.record;
    runtime.logger.error('deciding failed', { topic, partition, offset: String(offset) }, error);
    const name = error instanceof Error ? error.name : typeof error;
    return {
      kind: 'dead',
      record: slot.record,
      cause: new PoisonError(
        'MILLRACE_PROCESSING_DECIDE',
        `${stage.name} threw ${name} while deciding`,
      ),
    };
  }
}

function tally(outcomes: readonly Outcome[]): Counted {
  const counted = { duplicate: 0, superseded: 0, erased: 0, noted: 0 };
  for (const outcome of outcomes)
    switch (outcome) {
      case 'duplicate':
      case 'superseded':
      case 'erased':
      case 'noted':
        counted[outcome]++;
        break;
      case 'applied':
      case 'kept':
      case 'rejected':
        break; // these are counted by their rows
      default:
        assertNever(outcome);
    }
  return counted;
}

async function timed<T>(
  phase: 'load' | 'measure' | 'save',
  { clock, metrics }: StageRuntime,
  work: () => Promise<T>,
): Promise<T> {
  const begun = clock.now();
  try {
    return await work();
  } finally {
    metrics.phaseSeconds.observe({ phase }, (clock.now() - begun) / 1000);
  }
}
