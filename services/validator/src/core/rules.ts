import type { Settings } from '@millrace/shared/contracts/settings';
import type { Find } from '@millrace/shared/domain/redact/redact-string';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';

/** What checks decide by: the limits, and the moment of receipt (null for a file, which has none). */
export interface Rules {
  readonly session: Settings['session'];
  readonly validation: Settings['validation'];
  readonly receivedAtMs: number | null;
  /** What was redacted before the document was stored; none in a document as it was received. */
  readonly redactions: readonly Redaction[];
  /** Another detector than findSensitive. */
  readonly find?: Find | undefined;
}
