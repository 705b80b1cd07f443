import type { SampleSession } from './session-of.ts';

/** What becomes of the session: a verdict, or `dead` when no session can be read out of the line. */
export type Outcome = 'kept' | 'rejected' | 'dead';

export interface Oddity {
  /** One sentence for the README. */
  readonly what: string;
  readonly outcome: Outcome;
  /** Findings that must be among those of the verdict. */
  readonly findings: readonly string[];
  /** Changes the session in place. */
  readonly spoil?: (session: SampleSession) => void;
  /** Changes the line that is written. */
  readonly spoilLine?: (line: string) => string;
}
