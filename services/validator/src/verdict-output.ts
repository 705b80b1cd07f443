import type { SessionRejected, SessionValidated } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import type { Verdict } from '@millrace/shared/domain/finding';
import type { StageOutput } from '@millrace/shared/runtime/stage';
import { type FindingDocument, findingDocument } from './core/finding-document.ts';
import { toldFindings } from './core/told-findings.ts';
import type { JudgedVersion, Standing } from './store/save-verdicts.ts';

/** What the event of a verdict tells. */
export interface VerdictFact {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly revision: string;
  readonly stands: Verdict;
  /** A person decided so. */
  readonly overridden: boolean;
  /** Number of that decision, from 1; null when the verdict itself is new. */
  readonly change: number | null;
  readonly quality: number;
  readonly findings: readonly FindingDocument[];
  readonly traceparent: string | null;
}

/** The event of a verdict: to the augmentor when it is kept, else to whoever wants to know. */
export function verdictOutput(fact: VerdictFact): StageOutput {
  const { source, session_id, version, revision, stands, change, traceparent } = fact;
  const ref = { source, session_id, version, revision };
  const override = fact.overridden ? { override: true as const } : {};
  const kept: SessionValidated = { ...ref, quality: fact.quality, ...override };
  const rejected: SessionRejected = {
    ...ref,
    findings: [...toldFindings(fact.findings)],
    ...override,
  };
  return {
    topic: stands === 'kept' ? topics.sessionValidated : topics.sessionRejected,
    naturalKey: [
      ...[source, session_id, version, revision],
      ...(change === null ? [] : ['override', change]),
    ],
    key: session_id,
    data: stands === 'kept' ? kept : rejected,
    traceparent,
  };
}

interface NewVerdict extends Standing {
  readonly revision: string;
  readonly traceparent: string | null;
}

/** The event of a verdict that was just reached. */
export function newVerdictOutput({ event, result }: JudgedVersion, of: NewVerdict): StageOutput {
  const { source, session_id, version } = event;
  const findings = result.findings.map(findingDocument);
  const { quality } = result.metrics;
  return verdictOutput({ ...of, source, session_id, version, change: null, quality, findings });
}
