import type { Settings } from '@millrace/shared/contracts/settings';
import { measureTexts } from '@millrace/text';
import { type SessionResult, validateSession } from '@millrace/validator';
import { countBy } from '../core/count-by.ts';
import { distribution } from '../core/distribution.ts';
import type { SessionVersion } from '../core/session-versions.ts';
import type { Counts, SessionCounts, StepFigures, ValidationStep } from '../results.ts';
import type { JudgedSession } from './judged-session.ts';

export interface Judged {
  readonly version: SessionVersion;
  readonly result: SessionResult;
}

/** The verdict on each session's newest version. A file has no moment of receipt. */
export function judge(versions: readonly SessionVersion[], settings: Settings): readonly Judged[] {
  return versions.map((version) => ({
    version,
    result: validateSession(version.document, { settings, receivedAtMs: null }),
  }));
}

export function judgedSession({ result }: Judged): JudgedSession {
  const messages = result.cleaned?.conversation_data.messages ?? [];
  return {
    verdict: result.verdict,
    findings: result.findings,
    quality: result.metrics.quality,
    messages: result.metrics.messages,
    messagesKept: messages.length,
    texts: messages.flatMap((message) => message.content ?? []),
  };
}

export interface ValidationFacts {
  readonly judged: readonly JudgedSession[];
  /** What came in and led to no verdict. */
  readonly others: Pick<SessionCounts, 'duplicate' | 'superseded' | 'dead'>;
  readonly deadBy: Counts;
  readonly settings: Settings;
  readonly timestamp: string;
  readonly revision: string;
}

/** The step's part of the results. Valid means: the set keeps the limits that compare sessions. */
export function validationStep(facts: ValidationFacts, figures: StepFigures): ValidationStep {
  const { judged, others, settings } = facts;
  const kept = judged.filter((session) => session.verdict === 'kept');
  const metrics = {
    ...measureTexts(kept.flatMap((session) => session.texts)),
    quality_score: distribution(kept.map((session) => session.quality)).mean,
  };
  const problem = limitBroken(metrics, settings.validation);
  return {
    is_valid: problem === null,
    message: problem ?? 'Data validation successful',
    metrics,
    timestamp: facts.timestamp,
    sessions: {
      read: judged.length + others.duplicate + others.superseded + others.dead,
      kept: kept.length,
      rejected: judged.length - kept.length,
      ...others,
    },
    findings: countBy(
      judged.flatMap((session) => session.findings),
      (finding) => finding.code,
    ),
    rejected_by: countBy(judged.flatMap(rejectingCodes), (code) => code),
    dead_by: facts.deadBy,
    revision: facts.revision,
    ...figures,
  };
}

const rejectingCodes = ({ findings }: JudgedSession): string[] => [
  ...new Set(findings.filter((f) => f.action === 'reject').map((f) => f.code)),
];

function limitBroken(
  metrics: { readonly num_samples: number; readonly tfidf_score: number },
  limits: Settings['validation'],
): string | null {
  if (metrics.num_samples === 0) return 'no session was kept';
  if (metrics.tfidf_score < limits.min_tfidf_score) {
    return `tfidf_score ${metrics.tfidf_score} is below validation.min_tfidf_score ${limits.min_tfidf_score}`;
  }
  return null;
}
