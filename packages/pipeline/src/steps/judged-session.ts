import type { Verdict } from '@millrace/shared/domain/finding';

/** A session's verdict as a report needs it, whether it was just reached or lies in a database. */
export interface JudgedSession {
  readonly verdict: Verdict;
  readonly findings: readonly { readonly code: string; readonly action: string }[];
  /** 0 to 1. */
  readonly quality: number;
  /** Messages as received. */
  readonly messages: number;
  /** Messages after cleaning; 0 when rejected. */
  readonly messagesKept: number;
  /** Texts of the messages that were kept; empty when rejected. */
  readonly texts: readonly string[];
}
