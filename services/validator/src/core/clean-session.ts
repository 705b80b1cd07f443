import type { CleanDocument, CleanMessage } from '@millrace/shared/domain/clean-document';
import type { Finding } from '@millrace/shared/domain/finding';
import { userIdOf } from '@millrace/shared/domain/session-document';
import type { MessageView, SessionView } from './session-view.ts';
import { storableObject } from './storable.ts';

/**
 * The session as it is kept: proper role names, cleaned texts, without the messages that findings left out; every other
 * field as it came, but fit for jsonb. Null where the structure could not be read. Cleaning twice is cleaning once.
 */
export function cleanSession(
  session: SessionView,
  findings: readonly Finding[],
): CleanDocument | null {
  const { document, conversation, messages } = session;
  const sessionId = document?.['session_id'];
  if (
    document === null ||
    conversation === null ||
    messages === null ||
    typeof sessionId !== 'string'
  )
    return null;
  const dropped = new Set(
    findings.flatMap((f) => (f.action === 'drop_message' ? [f.messageIndex] : [])),
  );
  const clean = messages.filter((m) => !dropped.has(m.index)).map(cleanMessage);
  if (!clean.every((message) => message !== null)) return null;
  return {
    ...storableObject(document),
    session_id: sessionId,
    user_id: userIdOf(document),
    conversation_data: {
      ...storableObject(conversation),
      messages: clean,
      metadata: storableObject(session.metadata ?? {}),
    },
  };
}

function cleanMessage({ fields, role, text }: MessageView): CleanMessage | null {
  if (fields === null || role === null || (text === null && fields['tool_calls'] === undefined))
    return null;
  const timestamp = fields['timestamp'];
  return {
    ...storableObject(fields),
    role,
    content: text,
    timestamp: typeof timestamp === 'string' ? timestamp : null,
  };
}
