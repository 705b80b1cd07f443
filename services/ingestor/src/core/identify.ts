import { sha256Hex } from '@millrace/shared/domain/hash';
import { sessionSha256 } from '@millrace/shared/domain/session';
import {
  decodeSession,
  messageCountOf,
  type SessionProblem,
  userIdOf,
} from '@millrace/shared/domain/session-document';

/** By which door a session came. */
type Origin = 'kafka' | 'http';

/** What came beside the bytes. */
export interface Arrival {
  readonly source: string;
  readonly origin: Origin;
  /** Broker time, or moment of the HTTP accept, milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** W3C traceparent of the publisher, carried along. */
  readonly traceparent: string | null;
}

/** A session that can be named and kept; what it says was not looked at. */
export interface Identified extends Arrival {
  readonly sessionId: string;
  readonly userId: string | null;
  /** As received, wrapper and white space included. */
  readonly bytes: Uint8Array;
  /** Identity of the event. */
  readonly payloadSha256: string;
  /** Identity of the version: equal content, however it was written, is equal here. */
  readonly sessionSha256: string;
  readonly messageCount: number;
}

export type Identification =
  | { readonly ok: true; readonly session: Identified }
  | { readonly ok: false; readonly problem: SessionProblem };

/** Who a session is, from its bytes. About 0.15 ms for 20 messages, most of it hashing. */
export function identify(bytes: Uint8Array, arrival: Arrival): Identification {
  const decoded = decodeSession(bytes);
  if (!decoded.ok) return decoded;
  const { document, sessionId } = decoded;
  const session = {
    ...arrival,
    sessionId,
    userId: userIdOf(document),
    bytes,
    payloadSha256: sha256Hex(bytes),
    sessionSha256: sessionSha256(document),
    messageCount: messageCountOf(document),
  };
  return { ok: true, session };
}
