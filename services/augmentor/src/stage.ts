import type { SessionValidated } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Outcome, Saved, Stage, StageOutput } from '@millrace/shared/runtime/stage';
import { readText } from '@millrace/text/tokens';
import { augmentorRevision } from './core/augmentor-revision.ts';
import { type Decision, decide } from './core/decide.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { type Facts, loadFacts } from './facts.ts';
import { examplesReady } from './ready-output.ts';
import { saveAugmented } from './rows.ts';

/** Kept sessions in, examples out. One revision for the life of the process: settings are read once. */
export function augmentor(
  settings: Settings,
  synonyms: Synonyms,
): Stage<SessionValidated, Facts, Decision> {
  const revision = augmentorRevision(settings);
  const tools = { synonyms, read: readText };
  return {
    name: 'augmentor',
    consumes: topics.sessionValidated,
    produces: [topics.examplesReady],
    load: (events, sql) =>
      loadFacts(
        events.map((event) => event.data),
        sql,
      ),
    decide: ({ data }, facts) => decide(data, facts.of(data), { settings, revision, tools }),
    save: (decided, tx) => save(decided, tx),
  };
}

async function save(
  decided: readonly Decided<SessionValidated, Decision>[],
  tx: Transaction,
): Promise<Saved> {
  const augmented = decided.flatMap(({ decision }) =>
    decision.kind === 'augmented' ? [decision] : [],
  );
  const fresh = await saveAugmented(tx, augmented);
  const outputs: StageOutput[] = [];
  const outcomes = decided.map(({ event, decision }): Outcome => {
    if (decision.kind !== 'augmented') return decision.kind;
    if (!fresh.take(decision)) return 'duplicate';
    outputs.push(examplesReady(decision, event.envelope.traceparent));
    return 'kept';
  });
  return { outcomes, outputs };
}
