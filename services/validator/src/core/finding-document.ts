import type { Finding } from '@millrace/shared/domain/finding';

/** A finding as documents hold it: events, rows, HTTP answers. Names in snake_case; what is absent has no key. */
export interface FindingDocument {
  readonly code: string;
  readonly severity: string;
  readonly action: string;
  readonly message_index?: number;
  readonly span?: readonly [number, number];
  readonly value: number | string | null;
  readonly threshold: number | string | null;
}

/** A finding in that form. */
export function findingDocument(finding: Finding): FindingDocument {
  const { code, severity, action, messageIndex, span, value, threshold } = finding;
  return {
    code,
    severity,
    action,
    ...(messageIndex === undefined ? {} : { message_index: messageIndex }),
    ...(span === undefined ? {} : { span }),
    value,
    threshold,
  };
}
