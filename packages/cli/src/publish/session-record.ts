import { topics } from '@millrace/shared/contracts/topics';
import { eventId, sha256Hex } from '@millrace/shared/domain/hash';
import { decodeSession } from '@millrace/shared/domain/session-document';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { cloudEventHeaders } from '@millrace/shared/runtime/cloud-events';

/**
 * A line of a file as an event for the fleet: its bytes as they are. The key is the session's id, so that versions of a
 * session stay in order; a line without one is keyed by its content. The same line of the same source is the same event.
 */
export function sessionRecord(bytes: Uint8Array, source: string, nowMs: number): OutgoingRecord {
  const decoded = decodeSession(bytes);
  const sha256 = sha256Hex(bytes);
  const id = eventId('publish', source, sha256);
  const key = decoded.ok ? decoded.sessionId : sha256;
  return {
    topic: topics.sessionEvents.name,
    key,
    value: bytes,
    headers: cloudEventHeaders({
      id,
      type: topics.sessionEvents.type,
      source,
      subject: key,
      timeMs: nowMs,
      traceparent: null,
    }),
  };
}
