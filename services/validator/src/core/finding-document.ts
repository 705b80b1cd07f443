import type { Change, Finding } from '@millrace/shared/domain/finding';

/** A finding as documents hold it: events, rows, HTTP answers. Names in snake_case; what is absent has no key. */
export interface FindingDocument {
  readonly code: string;
  readonly severity: string;
  readonly action: string;
  readonly message_index?: number;
  readonly span?: readonly [number, number];
  readonly value: number | string | null;
  readonly threshold: number | string | null;
  readonly change?: {
    readonly rule: string;
    readonly before_sha256: string;
    readonly after_sha256: string;
  };
}

/** A finding in that form. */
export function findingDocument(finding: Finding): FindingDocument {
  const { code, severity, action, messageIndex, span, value, threshold, change } = finding;
  return {
    code,
    severity,
    action,
    ...(messageIndex === undefined ? {} : { message_index: messageIndex }),
    ...(span === undefined ? {} : { span }),
    value,
    threshold,
    ...(change === undefined ? {} : { change: changeDocument(change) }),
  };
}

const changeDocument = ({ rule, beforeSha256, afterSha256 }: Change) => ({
  rule,
  before_sha256: beforeSha256,
  after_sha256: afterSha256,
});
