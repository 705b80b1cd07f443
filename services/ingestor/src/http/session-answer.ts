import type { SessionProblem } from '@millrace/shared/domain/session-document';
import type { Answered } from './answered.ts';
import type { AcceptedSession } from './documents.ts';
import { HttpProblem } from './problem.ts';

/** What is answered to a session that was taken. @throws HttpProblem 410 when it, or its user, was forgotten */
export function acceptedOrGone({ session, version, outcome }: Answered): AcceptedSession {
  if (outcome === 'erased') throw forgotten();
  const { sessionId, source, payloadSha256 } = session;
  return {
    session_id: sessionId,
    source,
    version,
    outcome,
    payload_sha256: payloadSha256,
    location: locationOf({ sessionId, source }),
  };
}

/** Where a session is asked about. */
export const locationOf = (of: { readonly sessionId: string; readonly source: string }): string =>
  `/v1/sessions/${encodeURIComponent(of.sessionId)}?source=${encodeURIComponent(of.source)}`;

export const forgotten = (): HttpProblem =>
  new HttpProblem(410, {
    code: 'MILLRACE_INPUT_FORGOTTEN',
    detail: 'this session, or its user, was forgotten: nothing of it is taken any more',
  });

/** What is answered to bytes that cannot be parsed (400) or named (422). */
export function unreadable({ errorCode, path, sentence, position }: SessionProblem): HttpProblem {
  const field = path === '' ? 'body' : path;
  return new HttpProblem(position === null ? 422 : 400, {
    code: errorCode,
    detail: sentence,
    errors: [{ field, detail: sentence }],
  });
}
