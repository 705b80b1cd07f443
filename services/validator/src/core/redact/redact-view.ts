import type { Json } from '@millrace/shared/domain/canonical-json';
import {
  type RedactedSession,
  type RedactSessionOptions,
  redactSession,
} from '@millrace/shared/domain/redact/redact-session';
import { repairText } from '@millrace/shared/domain/repairs';
import type { JsonObject } from '@millrace/shared/domain/session-document';
import { storableObject } from '../storable.ts';

/** What of a session's view is kept (see SessionView). */
interface Kept {
  readonly document: JsonObject | null;
  readonly conversation: JsonObject | null;
  readonly messages: readonly KeptMessage[] | null;
}

interface KeptMessage {
  readonly fields: JsonObject | null;
  /** Repaired. */
  readonly text: string | null;
}

/**
 * The document as it may be kept: fit for jsonb, the messages' texts repaired, then redacted. All messages are still in
 * it, at their places. Null when there is no object to keep.
 */
export function redactView(
  { document, conversation, messages }: Kept,
  options: Pick<RedactSessionOptions, 'kinds' | 'find'>,
): RedactedSession | null {
  if (document === null) return null;
  const { conversation_data: _, ...rest } = document;
  const kept: { [key: string]: Json } = storableObject(rest);
  if (conversation !== null) {
    const { messages: _, ...others } = conversation;
    kept['conversation_data'] = {
      messages: messages === null ? null : messages.map(keptMessage),
      ...storableObject(others),
    };
  }
  const repair = (text: string) => repairText(text).text;
  return redactSession(kept, { ...options, repair, isRepaired: true });
}

function keptMessage({ fields, text }: KeptMessage): JsonObject | null {
  if (fields === null) return null;
  if (text === null) return storableObject(fields);
  const { content: _, ...rest } = fields;
  return { ...storableObject(rest), content: text };
}
