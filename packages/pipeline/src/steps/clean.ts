import type { CleanSession } from '@millrace/shared/domain/session';
import { toCleanSession } from '@millrace/validator';
import { countBy } from '../core/count-by.ts';
import type { CleaningStep, StepFigures } from '../results.ts';
import type { JudgedSession } from './judged-session.ts';
import type { Judged } from './validate.ts';

/** The cleaned sessions that were kept: what examples are made of. */
export function cleanSessions(judged: readonly Judged[]): readonly CleanSession[] {
  return judged.flatMap(({ version, result }) =>
    result.cleaned === null
      ? []
      : toCleanSession(result.cleaned, version.key, version.sessionSha256),
  );
}

export function cleaningStep(judged: readonly JudgedSession[], figures: StepFigures): CleaningStep {
  const kept = judged.filter((session) => session.verdict === 'kept');
  const messagesIn = kept.reduce((sum, session) => sum + session.messages, 0);
  const messagesKept = kept.reduce((sum, session) => sum + session.messagesKept, 0);
  return {
    messages_in: messagesIn,
    messages_kept: messagesKept,
    messages_dropped: messagesIn - messagesKept,
    cleaned: countBy(
      kept.flatMap((session) => session.findings.filter((f) => f.action === 'clean')),
      (finding) => finding.code,
    ),
    ...figures,
  };
}
