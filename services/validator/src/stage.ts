import type {
  SessionClosed,
  SessionRejected,
  SessionValidated,
} from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import type { Transaction } from '@millrace/shared/ports/database';
import type { Decided, Outcome, Saved, Stage, StageOutput } from '@millrace/shared/runtime/stage';
import type { Metrics } from '@millrace/shared/telemetry/metrics';
import { type Decision, judge, type StoredSession } from './core/judge.ts';
import { toldFindings } from './core/told-findings.ts';
import { validatorRevision } from './core/validate-session.ts';
import { type JudgedVersion, saveVerdicts } from './store/save-verdicts.ts';
import { storedSessions, versionKey } from './store/stored-sessions.ts';

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
  const fresh = new Set(await saveVerdicts(tx, judged, revision));
  const outputs: StageOutput[] = [];
  const outcomes = decided.map(({ event, decision }): Outcome => {
    if (decision.kind === 'erased') return 'erased';
    // the first of two equal events in a batch is the new one
    if (!fresh.delete(versionKey(decision.event))) return 'duplicate';
    count(decision, metrics);
    outputs.push(verdictOutput(decision, revision, event.envelope.traceparent));
    return decision.result.verdict;
  });
  return { outcomes, outputs };
}

function verdictOutput(
  { event, result }: JudgedVersion,
  revision: string,
  traceparent: string | null,
): StageOutput {
  const { source, session_id, version } = event;
  const ref = { source, session_id, version, revision };
  const kept: SessionValidated = { ...ref, quality: result.metrics.quality };
  const rejected: SessionRejected = { ...ref, findings: [...toldFindings(result.findings)] };
  const isKept = result.verdict === 'kept';
  return {
    topic: isKept ? topics.sessionValidated : topics.sessionRejected,
    naturalKey: [source, session_id, version, revision],
    key: session_id,
    data: isKept ? kept : rejected,
    traceparent,
  };
}

function count({ result }: JudgedVersion, metrics: SaveOptions['metrics']): void {
  metrics.quality.observe({}, result.metrics.quality);
  for (const { code } of result.findings) metrics.findings.add({ code });
}
