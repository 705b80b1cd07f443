import type { SessionClosed } from '@millrace/shared/contracts/events';
import type { CleanDocument } from '@millrace/shared/domain/clean-document';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Verdict } from '@millrace/shared/domain/finding';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { decodeSession } from '@millrace/shared/domain/session-document';
import {
  cleanDocument,
  rejectProblem,
  type SessionResult,
  type ValidateOptions,
  validateSession,
} from './validate-session.ts';

/** A session version as the tables hold it. */
export interface StoredSession {
  /** Null when the text was erased. */
  readonly bytes: Uint8Array | null;
  readonly receivedAtMs: number;
  /** What a person decided about it; null without a decision. */
  readonly override: Verdict | null;
  /** Hash of bytes that were redacted before they were stored; null for the bytes as received. */
  readonly redactedSha256: string | null;
  /** What was redacted then. */
  readonly redactions: readonly Redaction[];
}

export type Decision =
  | { readonly kind: 'judged'; readonly event: SessionClosed; readonly result: SessionResult }
  /** Nothing is left to judge: it was erased, or its payload went by its age after it was judged. */
  | { readonly kind: 'erased' };

/**
 * The verdict on a closed session's stored bytes. One that a person accepted has its cleaned text whatever the verdict.
 * @param stored null when no row is left
 * @throws PoisonError when the bytes are not those that were stored, or an accepted session cannot be read by these settings
 */
export function judge(
  event: SessionClosed,
  stored: StoredSession | null,
  settings: ValidateOptions['settings'],
): Decision {
  if (stored === null || stored.bytes === null) return { kind: 'erased' };
  const { bytes, receivedAtMs, override, redactedSha256, redactions } = stored;
  const sha256 = sha256Hex(bytes);
  const expected = redactedSha256 ?? event.payload_sha256;
  if (sha256 !== expected)
    throw new PoisonError(
      'MILLRACE_PROCESSING_PAYLOAD_CHANGED',
      `the stored payload has the hash ${sha256}, stored was ${expected}`,
    );
  const decoded = decodeSession(bytes);
  const result = decoded.ok
    ? validateSession(decoded.document, { settings, receivedAtMs, redactions })
    : rejectProblem(decoded.problem);
  if (override !== 'kept' || result.verdict === 'kept') return { kind: 'judged', event, result };
  const cleaned = acceptedText(bytes, { settings, receivedAtMs });
  if (cleaned === null)
    throw new PoisonError(
      'MILLRACE_PROCESSING_OVERRIDE',
      'a person accepted this session, and its structure cannot be read by these settings',
    );
  return { kind: 'judged', event, result: { ...result, cleaned } };
}

/** The cleaned text of a session that is kept although it was rejected; null where its structure cannot be read. */
export function acceptedText(bytes: Uint8Array, options: ValidateOptions): CleanDocument | null {
  const decoded = decodeSession(bytes);
  return decoded.ok ? cleanDocument(decoded.document, options) : null;
}
