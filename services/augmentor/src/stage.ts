import type { SessionValidated } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Outcome, Saved, Stage, StageOutput } from '@millrace/shared/runtime/stage';
import type { Metrics } from '@millrace/shared/telemetry/metrics';
import { readText } from '@millrace/text/tokens';
import { begin, type Decision, decide } from './core/decide.ts';
import { draftOf } from './core/session-draft.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { type Facts, loadFacts } from './facts.ts';
import { type Models, measure } from './measure.ts';
import { examplesReady } from './ready-output.ts';
import { saveAugmented } from './rows.ts';

export interface AugmentorParts extends Models {
  readonly settings: Settings;
  /** Of the augmentor itself: these settings and the models that decide with them (augmentorRevision). */
  readonly revision: string;
  readonly synonyms: Synonyms;
  readonly metrics: Pick<Metrics, 'examples'>;
}

/** What was loaded, and what was measured of each event that there is something to measure of. */
interface Measured {
  readonly facts: Facts;
  readonly decide: ReadonlyMap<string, () => Decision>;
}

/** Kept sessions in, examples out. One revision for the life of the process: settings are read once. */
export function augmentor(parts: AugmentorParts): Stage<SessionValidated, Measured, Decision> {
  const { settings, revision, synonyms, encoder, translate, maskedLm, metrics } = parts;
  const options = { settings, revision };
  const byRules = (data: SessionValidated, facts: Facts): Decision => {
    const begun = begin(data, facts.of(data), options);
    if (begun.kind !== 'begun') return begun;
    const tools = { synonyms, read: readText };
    const draft = draftOf(begun.session, { settings, side: begun.side, tools });
    return decide(begun, { settings, draft, similarity: null });
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
    ...((encoder !== null || translate !== null || maskedLm !== null) && {
      measure: async (events, { facts }, signal) => {
        const known = new Map<string, () => Decision>();
        for (const { data } of events) {
          const begun = orNull(() => begin(data, facts.of(data), options));
          if (begun?.kind !== 'begun') continue;
          const measured = await measure(begun, { ...parts, signal });
          known.set(placeOf(data), () => decide(begun, { settings, ...measured }));
        }
        return { facts, decide: known };
      },
    }),
    decide: ({ data }, { facts, decide: known }) =>
      known.get(placeOf(data))?.() ?? byRules(data, facts),
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
    if (fresh.isErased(decision)) return 'erased';
    if (!fresh.take(decision)) return 'duplicate';
    for (const { kind, technique } of decision.examples) metrics.examples.add({ kind, technique });
    outputs.push(examplesReady(decision, event.envelope.traceparent));
    return 'kept';
  });
  return { outcomes, outputs };
}
