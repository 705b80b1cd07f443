import type { SessionClosed } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Outcome, Saved, Stage, StageOutput } from '@millrace/shared/runtime/stage';
import type { Metrics } from '@millrace/shared/telemetry/metrics';
import { type Decision, judge, type StoredSession } from './core/judge.ts';
import { validatorRevision } from './core/validate-session.ts';
import { type JudgedVersion, saveVerdicts } from './store/save-verdicts.ts';
import { storedSessions, versionKey } from './store/stored-sessions.ts';
import { newVerdictOutput } from './verdict-output.ts';

type Facts = ReadonlyMap<string, StoredSession>;

/** Closed sessions in, verdicts out. One revision for the life of the process: settings are read once. */
export function validator(
  settings: Settings,
  metrics: Pick<Metrics, 'findings' | 'quality'>,
): Stage<SessionClosed, Facts, Decision> {
  const revision = validatorRevision(settings);
  return {
    name: 'validator',
    consumes: topics.sessionClosed,
    produces: [topics.sessionValidated, topics.sessionRejected],
    weigh: ({ data }) => data.bytes,
    load: (events, sql) =>
      storedSessions(
        sql,
        events.map((e) => e.data),
      ),
    decide: ({ data }, facts) => judge(data, facts.get(versionKey(data)) ?? null, settings),
    save: (decided, tx) => save(decided, { tx, revision, metrics }),
  };
}

interface SaveOptions {
  readonly tx: Transaction;
  readonly revision: string;
  readonly metrics: Pick<Metrics, 'findings' | 'quality'>;
}

async function save(
  decided: readonly Decided<SessionClosed, Decision>[],
  { tx, revision, metrics }: SaveOptions,
): Promise<Saved> {
  const judged = decided.flatMap(({ decision }) => (decision.kind === 'judged' ? [decision] : []));
  const { fresh, erased } = await saveVerdicts(tx, judged, revision);
  const outputs: StageOutput[] = [];
  const outcomes = decided.map(({ event, decision }): Outcome => {
    if (decision.kind === 'erased' || erased.has(decision.event)) return 'erased';
    const key = versionKey(decision.event);
    const standing = fresh.get(key);
    if (standing === undefined) return 'duplicate';
    fresh.delete(key); // the first of two equal events in a batch is the new one
    count(decision, metrics);
    const { traceparent } = event.envelope;
    outputs.push(newVerdictOutput(decision, { ...standing, revision, traceparent }));
    return decision.result.verdict;
  });
  return { outcomes, outputs };
}

function count({ result }: JudgedVersion, metrics: SaveOptions['metrics']): void {
  metrics.quality.observe({}, result.metrics.quality);
  for (const { code } of result.findings) metrics.findings.add({ code });
}
