import type { SessionClosed } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import type { StageOutput } from '@millrace/shared/runtime/stage';
import type { Assigned } from './core/assign-versions.ts';

/** The event of a new session version: ids, hashes and counts; its text stays in the database. */
export function closedOutput({ session, version }: Assigned): StageOutput {
  const { source, sessionId } = session;
  const data: SessionClosed = {
    source,
    session_id: sessionId,
    version,
    payload_sha256: session.payloadSha256,
    session_sha256: session.sessionSha256,
    message_count: session.messageCount,
    bytes: session.size,
  };
  return {
    topic: topics.sessionClosed,
    naturalKey: [source, sessionId, version],
    key: sessionId,
    data,
    traceparent: session.traceparent,
  };
}
