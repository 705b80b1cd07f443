import { sha256Hex } from '@millrace/shared/domain/hash';
import { redactSession } from '@millrace/shared/domain/redact/redact-session';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { repairText } from '@millrace/shared/domain/repairs';
import { sessionSha256 } from '@millrace/shared/domain/session';
import {
  decodeSession,
  type JsonObject,
  messageCountOf,
  type SessionProblem,
  userIdOf,
} from '@millrace/shared/domain/session-document';
import type { SensitiveKind } from '@millrace/text';
import { jsonBytes } from './json-bytes.ts';

/** By which door a session came; `messages`: it was gathered from them. */
type Origin = 'kafka' | 'http' | 'messages';

/** What came beside the bytes. */
export interface Arrival {
  readonly source: string;
  readonly origin: Origin;
  /** Broker time, or moment of the HTTP accept, milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** Of the topic; null by the other door. */
  readonly partition: number | null;
  /** W3C traceparent of the publisher, carried along. */
  readonly traceparent: string | null;
}

/** A session that can be named and kept; what it says was not judged. */
export interface Identified extends Arrival {
  readonly sessionId: string;
  readonly userId: string | null;
  /** Identity of the event: over the bytes as received. */
  readonly payloadSha256: string;
  /** Identity of the version: equal content, however it was written, is equal here. Of the content before redaction. */
  readonly sessionSha256: string;
  readonly messageCount: number;
  /** Length as received. */
  readonly size: number;
  readonly payload: Payload;
}

/** What is stored of a session. */
export interface Payload {
  /** As received, wrapper and white space included; redacted, where `storage.redact_at` is `ingest` and there was something to redact. */
  readonly bytes: Uint8Array;
  /** Null for bytes as they were received. */
  readonly redacted: { readonly sha256: string; readonly redactions: readonly Redaction[] } | null;
}

export type Identification =
  | { readonly ok: true; readonly session: Identified }
  | { readonly ok: false; readonly problem: SessionProblem };

/**
 * Who a session is, from its bytes, and what is stored of it. About 0.15 ms for 20 messages, most of it hashing.
 * @param redact kinds to take out before it is stored; null to store the bytes as they came
 */
export function identify(
  bytes: Uint8Array,
  arrival: Arrival,
  redact: readonly SensitiveKind[] | null,
): Identification {
  const decoded = decodeSession(bytes);
  if (!decoded.ok) return decoded;
  const { document, sessionId, wrapped } = decoded;
  const payload =
    redact === null
      ? { bytes, redacted: null }
      : redactedPayload(bytes, { document, wrapped, kinds: redact });
  if (payload === null) return { ok: false, problem: notRedacted };
  const session = {
    ...arrival,
    sessionId,
    userId: userIdOf(document),
    payloadSha256: sha256Hex(bytes),
    sessionSha256: sessionSha256(document),
    messageCount: messageCountOf(document),
    size: bytes.byteLength,
    payload,
  };
  return { ok: true, session };
}

const notRedacted: SessionProblem = {
  code: 'redaction_failed',
  errorCode: 'MILLRACE_PROCESSING_REDACTION',
  path: '',
  position: null,
  sentence: 'what is sensitive in the session could not be replaced, so nothing of it was stored',
};

interface Redactable {
  readonly document: JsonObject;
  /** Then its wrapper, which nobody looked at, is taken off. */
  readonly wrapped: boolean;
  readonly kinds: readonly SensitiveKind[];
}

/** Null when it cannot be redacted. */
function redactedPayload(
  received: Uint8Array,
  { document, wrapped, kinds }: Redactable,
): Payload | null {
  const repair = (text: string) => repairText(text).text;
  const result = redactSession(document, { kinds, repair, isRepaired: false });
  if (!result.ok) return null;
  if (result.document === document && !wrapped) return { bytes: received, redacted: null };
  const bytes = jsonBytes(result.document);
  const redactions = result.redactions.filter(({ action }) => action === 'clean');
  return { bytes, redacted: { sha256: sha256Hex(bytes), redactions } };
}
