import type { Settings } from '@millrace/shared/contracts/settings';
import type { Finding } from '@millrace/shared/domain/finding';
import { type SessionResult, validateSession, validatorRevision } from '@millrace/validator';
import { countBy } from '../core/count-by.ts';
import { rounded } from '../core/distribution.ts';
import type { SessionVersion, SessionVersions } from '../core/session-versions.ts';
import { textFigures } from '../core/text-figures.ts';
import type { StepFigures, ValidationStep } from '../results.ts';

export interface Judged {
  readonly version: SessionVersion;
  readonly result: SessionResult;
}

/** The verdict on each session's newest version. A file has no moment of receipt. */
export function judge(versions: SessionVersions, settings: Settings): readonly Judged[] {
  return versions.newest.map((version) => ({
    version,
    result: validateSession(version.document, { settings, receivedAtMs: null }),
  }));
}

export interface ValidationReport {
  readonly versions: SessionVersions;
  readonly judged: readonly Judged[];
  readonly settings: Settings;
  readonly timestamp: string;
}

/** The step's part of the results. Valid means: the set keeps the limits that compare sessions. */
export function validationStep(report: ValidationReport, figures: StepFigures): ValidationStep {
  const { versions, judged, settings, timestamp } = report;
  const kept = judged.filter(({ result }) => result.verdict === 'kept');
  const texts = kept.flatMap(({ result }) =>
    (result.cleaned?.conversation_data.messages ?? []).flatMap((m) => m.content ?? []),
  );
  const qualities = kept.map(({ result }) => result.metrics.quality);
  const quality = qualities.reduce((sum, value) => sum + value, 0) / Math.max(1, qualities.length);
  const metrics = { ...textFigures(texts), quality_score: rounded(quality) };
  const problem = limitBroken(metrics, settings.validation);
  const findings = judged.flatMap(({ result }) => result.findings);
  return {
    is_valid: problem === null,
    message: problem ?? 'Data validation successful',
    metrics,
    timestamp,
    sessions: {
      read: versions.read,
      kept: kept.length,
      rejected: judged.length - kept.length,
      duplicate: versions.duplicate,
      superseded: versions.superseded,
      dead: versions.dead.length,
    },
    findings: countBy(findings, (finding) => finding.code),
    rejected_by: countBy(
      judged.flatMap(({ result }) => rejectingCodes(result.findings)),
      (code) => code,
    ),
    dead_by: countBy(versions.dead, (code) => code),
    revision: validatorRevision(settings),
    ...figures,
  };
}

const rejectingCodes = (findings: readonly Finding[]): string[] => [
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
