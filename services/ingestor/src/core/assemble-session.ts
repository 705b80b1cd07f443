import type { Json } from '@millrace/shared/domain/canonical-json';
import { readTime } from '@millrace/shared/domain/read-time';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { isJsonObject, type JsonObject, userIdOf } from '@millrace/shared/domain/session-document';
import { numberPlaceholders } from './number-placeholders.ts';

/** A gathered event, as its row holds it. */
export interface StoredEvent {
  readonly kind: 'message' | 'end';
  readonly identity: string;
  readonly document: JsonObject;
  readonly redactions: readonly Redaction[] | null;
}

export interface AssembledSession {
  readonly document: JsonObject;
  /** What was redacted before its messages were stored; null where they are as they were received. */
  readonly redactions: readonly Redaction[] | null;
}

/**
 * The session that these events are: its messages by their times, then by their identities, so that the order of arrival
 * changes nothing; messages without a time that can be read are the last. The user is the first one named, and of two
 * metadata of one name the later one stands; an end is later than every message.
 */
export function assembleSession(
  sessionId: string,
  events: readonly StoredEvent[],
): AssembledSession {
  const ordered = numberPlaceholders(
    events.map((event) => ({ ...event, timeMs: timeOf(event) })).sort(inOrder),
  );
  const messages = ordered.filter(({ kind }) => kind === 'message');
  const metadata = new Map<string, Json>();
  for (const { document } of ordered) {
    const own = document['metadata'];
    if (isJsonObject(own))
      for (const [name, value] of Object.entries(own)) metadata.set(name, value);
  }
  const users = ordered.flatMap(({ document }) => userIdOf(document) ?? []);
  return {
    document: {
      session_id: sessionId,
      user_id: users[0] ?? null,
      conversation_data: {
        messages: messages.map(({ document }) => document['message'] ?? null),
        ...(metadata.size > 0 && { metadata: Object.fromEntries(metadata) }),
      },
    },
    redactions: redactionsOf(ordered),
  };
}

type Timed = StoredEvent & { readonly timeMs: number };

function timeOf({ kind, document }: StoredEvent): number {
  const message = document['message'];
  const time = readTime(isJsonObject(message) ? message['timestamp'] : undefined);
  return kind === 'message' && time.kind === 'instant' ? time.ms : Number.MAX_SAFE_INTEGER;
}

function inOrder(a: Timed, b: Timed): number {
  if (a.kind !== b.kind) return a.kind === 'message' ? -1 : 1;
  return a.timeMs - b.timeMs || (a.identity < b.identity ? -1 : 1);
}

/** Each event's own, with the places of the session. */
function redactionsOf(ordered: readonly Timed[]): readonly Redaction[] | null {
  if (ordered.every(({ redactions }) => redactions === null)) return null;
  let index = -1;
  return ordered.flatMap(({ kind, redactions }) => {
    if (kind === 'message') index++;
    return (redactions ?? []).map((one) =>
      one.message === undefined ? one : { ...one, message: index },
    );
  });
}
