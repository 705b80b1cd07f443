import type { Settings } from '@millrace/shared/contracts/settings';

/** What checks decide by: the limits, and the moment of receipt (null for a file, which has none). */
export interface Rules {
  readonly session: Settings['session'];
  readonly validation: Settings['validation'];
  readonly receivedAtMs: number | null;
}
