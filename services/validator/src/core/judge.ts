import type { SessionClosed } from '@millrace/shared/contracts/events';
import { PoisonError } from '@millrace/shared/domain/errors';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { decodeSession } from '@millrace/shared/domain/session-document';
import {
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
}

export type Decision =
  | { readonly kind: 'judged'; readonly event: SessionClosed; readonly result: SessionResult }
  /** Nothing is left to judge. */
  | { readonly kind: 'erased' };

/**
 * The verdict on a closed session's stored bytes.
 * @param stored null when no row is left
 * @throws PoisonError when the bytes are not those that were accepted
 */
export function judge(
  event: SessionClosed,
  stored: StoredSession | null,
  settings: ValidateOptions['settings'],
): Decision {
  if (stored === null || stored.bytes === null) return { kind: 'erased' };
  const { bytes, receivedAtMs } = stored;
  const sha256 = sha256Hex(bytes);
  if (sha256 !== event.payload_sha256)
    throw new PoisonError(
      'MILLRACE_PROCESSING_PAYLOAD_CHANGED',
      `the stored payload has the hash ${sha256}, accepted was ${event.payload_sha256}`,
    );
  const decoded = decodeSession(bytes);
  const result = decoded.ok
    ? validateSession(decoded.document, { settings, receivedAtMs })
    : rejectProblem(decoded.problem);
  return { kind: 'judged', event, result };
}
