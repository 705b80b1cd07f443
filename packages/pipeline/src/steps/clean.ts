import type { CleanSession } from '@millrace/shared/domain/session';
import { toCleanSession } from '@millrace/validator';
import { countBy } from '../core/count-by.ts';
import type { CleaningStep, StepFigures } from '../results.ts';
import type { Judged } from './validate.ts';

/** The cleaned sessions that were kept: what examples are made of. */
export function cleanSessions(judged: readonly Judged[]): readonly CleanSession[] {
  return judged.flatMap(({ version, result }) =>
    result.cleaned === null
      ? []
      : toCleanSession(result.cleaned, version.key, version.sessionSha256),
  );
}

export function cleaningStep(
  judged: readonly Judged[],
  sessions: readonly CleanSession[],
  figures: StepFigures,
): CleaningStep {
  const kept = judged.filter(({ result }) => result.verdict === 'kept');
  const messagesIn = kept.reduce((sum, { result }) => sum + result.metrics.messages, 0);
  const messagesKept = sessions.reduce((sum, session) => sum + session.messages.length, 0);
  return {
    messages_in: messagesIn,
    messages_kept: messagesKept,
    messages_dropped: messagesIn - messagesKept,
    cleaned: countBy(
      kept.flatMap(({ result }) => result.findings.filter((f) => f.action === 'clean')),
      (finding) => finding.code,
    ),
    ...figures,
  };
}
