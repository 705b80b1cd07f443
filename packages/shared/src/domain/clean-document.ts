import type { Json } from './canonical-json.ts';
import { weightField } from './message-weight.ts';
import type { CleanSession, Message, Role, SessionKey } from './session.ts';

/** A message of a kept session: role by its proper name, text cleaned; whatever else came with it stays beside them. */
export interface CleanMessage {
  readonly role: Role;
  /** Null only beside `tool_calls`. */
  readonly content: string | null;
  /** As sent; null where an import has none. */
  readonly timestamp: string | null;
  readonly [key: string]: Json;
}

/** A kept session as a document, fit for jsonb: no NUL, no half surrogate pair. */
export interface CleanDocument {
  readonly session_id: string;
  readonly user_id: string | null;
  readonly conversation_data: {
    readonly messages: readonly CleanMessage[];
    readonly metadata: { readonly [key: string]: Json };
    readonly [key: string]: Json;
  };
  readonly [key: string]: Json;
}

/** What examples are made of. A message that only calls a tool has the empty text. */
export function toCleanSession(
  cleaned: CleanDocument,
  key: SessionKey,
  sessionSha256: string,
): CleanSession {
  return {
    key,
    userId: cleaned.user_id,
    sessionSha256,
    messages: cleaned.conversation_data.messages.map(toMessage),
  };
}

function toMessage(message: CleanMessage): Message {
  const { role, content, timestamp } = message;
  return {
    role,
    content: content ?? '',
    timestamp,
    ...weightField({ role, weight: message['weight'] }),
  };
}
