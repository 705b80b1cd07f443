import type { SessionValidated } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { Decided, Outcome, Saved, Stage, StageOutput } from '@millrace/shared/runtime/stage';
import type { Metrics } from '@millrace/shared/telemetry/metrics';
import { readText } from '@millrace/text/tokens';
import { augmentorRevision } from './core/augmentor-revision.ts';
import { type Decision, decide, propose } from './core/decide.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { type Facts, loadFacts } from './facts.ts';
import { measure } from './measure.ts';
import { examplesReady } from './ready-output.ts';
import { saveAugmented } from './rows.ts';

export interface AugmentorParts {
  readonly settings: Settings;
  readonly synonyms: Synonyms;
  /** Null: rules alone decide. */
  readonly encoder: Encoder | null;
  readonly metrics: Pick<Metrics, 'examples'>;
}

/** What was loaded, and what was measured of each event that there is something to measure of. */
interface Measured {
  readonly facts: Facts;
  readonly decide: ReadonlyMap<string, () => Decision>;
}

/** Kept sessions in, examples out. One revision for the life of the process: settings are read once. */
export function augmentor({
  settings,
  synonyms,
  encoder,
  metrics,
}: AugmentorParts): Stage<SessionValidated, Measured, Decision> {
  const options = {
    settings,
    revision: augmentorRevision(settings),
    tools: { synonyms, read: readText },
  };
  return {
    name: 'augmentor',
    consumes: topics.sessionValidated,
    produces: [topics.examplesReady],
    load: async (events, sql) => {
      const facts = await loadFacts(
        events.map((event) => event.data),
        sql,
      );
      return { facts, decide: new Map() };
    },
    ...(encoder !== null && {
      measure: async (events, { facts }, signal) => {
        const known = new Map<string, () => Decision>();
        for (const { data } of events) {
          const proposed = orNull(() => propose(data, facts.of(data), options));
          if (proposed === null) continue;
          const similarity =
            proposed.kind === 'drafted' ? await measure(proposed.draft, encoder, signal) : null;
          known.set(placeOf(data), () => decide(proposed, { settings, similarity }));
        }
        return { facts, decide: known };
      },
    }),
    decide: ({ data }, { facts, decide: known }) => {
      const decided = known.get(placeOf(data))?.();
      if (decided !== undefined) return decided;
      return decide(propose(data, facts.of(data), options), { settings, similarity: null });
    },
    save: (decided, tx) => save(decided, { tx, metrics }),
  };
}

/** A poison record is decided about in its turn, and named there. */
function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof PoisonError) return null;
    throw error;
  }
}

const placeOf = ({ source, session_id, version, revision }: SessionValidated): string =>
  JSON.stringify([source, session_id, version, revision]);

interface SaveOptions {
  readonly tx: Transaction;
  readonly metrics: Pick<Metrics, 'examples'>;
}

async function save(
  decided: readonly Decided<SessionValidated, Decision>[],
  { tx, metrics }: SaveOptions,
): Promise<Saved> {
  const augmented = decided.flatMap(({ decision }) =>
    decision.kind === 'augmented' ? [decision] : [],
  );
  const fresh = await saveAugmented(tx, augmented);
  const outputs: StageOutput[] = [];
  const outcomes = decided.map(({ event, decision }): Outcome => {
    if (decision.kind !== 'augmented') return decision.kind;
    if (!fresh.take(decision)) return 'duplicate';
    for (const { kind, technique } of decision.examples) metrics.examples.add({ kind, technique });
    outputs.push(examplesReady(decision, event.envelope.traceparent));
    return 'kept';
  });
  return { outcomes, outputs };
}
