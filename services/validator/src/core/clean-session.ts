import type { Json } from '@millrace/shared/domain/canonical-json';
import type { CleanDocument, CleanMessage } from '@millrace/shared/domain/clean-document';
import type { Finding } from '@millrace/shared/domain/finding';
import { isJsonObject, userIdOf } from '@millrace/shared/domain/session-document';
import type { MessageView, SessionView } from './session-view.ts';

/**
 * The session as it is kept: proper role names, cleaned texts, without the messages that findings left out; every other
 * field as it came, but redacted and fit for jsonb. Null where the structure could not be read. Cleaning twice is cleaning once.
 */
export function cleanSession(
  session: SessionView,
  findings: readonly Finding[],
): CleanDocument | null {
  const { document, messages, redacted } = session;
  const sessionId = document?.['session_id'];
  if (document === null || messages === null || typeof sessionId !== 'string') return null;
  if (redacted === null || !redacted.ok) return null;
  const conversation = redacted.document['conversation_data'];
  if (!isJsonObject(conversation)) return null;
  const { messages: texts, metadata } = conversation;
  const dropped = new Set(
    findings.flatMap((f) => (f.action === 'drop_message' ? [f.messageIndex] : [])),
  );
  const clean = messages
    .filter((m) => !dropped.has(m.index))
    .map((m) => cleanMessage(m, Array.isArray(texts) ? texts[m.index] : undefined));
  if (!clean.every((message) => message !== null)) return null;
  return {
    ...redacted.document,
    session_id: sessionId,
    user_id: userIdOf(document),
    conversation_data: {
      ...conversation,
      messages: clean,
      metadata: isJsonObject(metadata) ? metadata : {},
    },
  };
}

/** @param kept its place in the redacted document */
function cleanMessage(
  { fields, role, text }: MessageView,
  kept: Json | undefined,
): CleanMessage | null {
  if (!isJsonObject(kept) || role === null) return null;
  if (text === null && fields?.['tool_calls'] === undefined) return null;
  const { content, timestamp } = kept;
  return {
    ...kept,
    role,
    content: typeof content === 'string' && text !== null ? content : null,
    timestamp: typeof timestamp === 'string' ? timestamp : null,
  };
}
