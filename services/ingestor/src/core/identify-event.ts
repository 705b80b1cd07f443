import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import { canonicalJson, type Json } from '@millrace/shared/domain/canonical-json';
import type { ErrorCode } from '@millrace/shared/domain/errors';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { maxJsonDepth } from '@millrace/shared/domain/json-scan';
import { redactSession } from '@millrace/shared/domain/redact/redact-session';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { repairText } from '@millrace/shared/domain/repairs';
import { isJsonObject, type JsonObject, userIdOf } from '@millrace/shared/domain/session-document';
import { placeholdersIn, type SensitiveKind } from '@millrace/text';
import type { Arrival } from './identify.ts';
import { jsonBytes } from './json-bytes.ts';
import { typedField } from './number-placeholders.ts';

/** A message or an end as the door hands it on: parsed against its contract. */
export interface ReceivedEvent {
  readonly kind: 'message' | 'end';
  readonly sessionId: string;
  readonly document: JsonObject;
  /** The document as it was received. */
  readonly bytes: Uint8Array;
  /** Of the envelope; null where there is none. */
  readonly eventId: string | null;
  /** Which one it is among equal ones of its request, from 0. */
  readonly ordinal: number;
}

/** A message or an end that can be named and kept. */
export interface GatheredEvent extends Arrival {
  readonly kind: 'message' | 'end';
  readonly sessionId: string;
  readonly userId: string | null;
  /** In its session: what comes again under it is a redelivery. */
  readonly identity: string;
  /** Hash of what it says, before redaction. */
  readonly sha256: string;
  /** Length as received. */
  readonly size: number;
  /** Of an end: how many messages the session has; null where it does not say so. */
  readonly messageCount: number | null;
  readonly bytes: Uint8Array;
  /** Null for bytes as they were received. */
  readonly redactions: readonly Redaction[] | null;
}

export interface EventProblem {
  readonly errorCode: ErrorCode;
  /** Without a full stop and without a word of the event's text. */
  readonly sentence: string;
}

export type EventIdentification =
  | { readonly ok: true; readonly event: GatheredEvent }
  | { readonly ok: false; readonly problem: EventProblem };

/** A session's document holds a message two levels deeper than its event does. */
const maxDepth = maxJsonDepth - 2;

/**
 * Which message or end of which session it is, and what is stored of it; or why it can be none.
 * @param redact kinds to take out before it is stored; null to store the bytes as they came
 */
export function identifyEvent(
  received: ReceivedEvent,
  arrival: Arrival,
  redact: readonly SensitiveKind[] | null,
): EventIdentification {
  const { kind, sessionId, document, bytes } = received;
  const { messageBytes } = sessionLimits;
  if (kind === 'message' && bytes.byteLength > messageBytes)
    return refuse(
      'MILLRACE_INPUT_MESSAGE_TOO_LARGE',
      `a message has at most ${messageBytes} bytes, this one has ${bytes.byteLength}`,
    );
  if (isDeeper(document, maxDepth))
    return refuse(
      'MILLRACE_FORMAT_TOO_DEEP',
      `nesting of a message is limited to ${maxDepth} levels`,
    );
  const stored = redact === null ? { bytes, redactions: null } : redacted(received, redact);
  if (stored === null)
    return refuse(
      'MILLRACE_PROCESSING_REDACTION',
      'what is sensitive in the message could not be replaced, so nothing of it was stored',
    );
  const count = document['message_count'];
  const event: GatheredEvent = {
    ...arrival,
    ...stored,
    kind,
    sessionId,
    userId: userIdOf(document),
    identity: identityOf(received),
    sha256: sha256Hex(canonicalJson(saying(document))),
    size: bytes.byteLength,
    messageCount: kind === 'end' && typeof count === 'number' ? count : null,
  };
  return { ok: true, event };
}

/** A message is its id, else what it says and when, and the how manieth of its request; an end is what it says. */
function identityOf({ kind, document, eventId, ordinal }: ReceivedEvent): string {
  if (kind === 'end') return `end:${sha256Hex(canonicalJson(saying(document)))}`;
  const own = document['message_id'];
  if (typeof own === 'string') return own;
  if (eventId !== null) return eventId;
  return `sha256:${sha256Hex(canonicalJson([...messageAt(document), ordinal]))}`;
}

/** Which one each message is among those of its request that say the same at the same time, from 0. */
export function ordinalsAmongEquals(documents: readonly JsonObject[]): readonly number[] {
  const counts = new Map<string, number>();
  return documents.map((document) => {
    const named = canonicalJson(messageAt(document));
    const ordinal = counts.get(named) ?? 0;
    counts.set(named, ordinal + 1);
    return ordinal;
  });
}

function messageAt({ message }: JsonObject): readonly Json[] {
  const { role = null, content = null, timestamp = null } = isJsonObject(message) ? message : {};
  return [role, content, timestamp];
}

/** What becomes part of the session. */
const saying = (document: JsonObject): JsonObject => ({
  message: document['message'] ?? null,
  message_count: document['message_count'] ?? null,
  metadata: document['metadata'] ?? null,
  user_id: document['user_id'] ?? null,
});

const refuse = (errorCode: ErrorCode, sentence: string): EventIdentification => ({
  ok: false,
  problem: { errorCode, sentence },
});

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** What of it becomes part of the session, redacted as a session of one message; null when it cannot be. */
function redacted(
  { document, sessionId }: ReceivedEvent,
  kinds: readonly SensitiveKind[],
): Pick<GatheredEvent, 'bytes' | 'redactions'> | null {
  const { message, message_count, metadata, user_id } = saying(document);
  const session = {
    session_id: sessionId,
    user_id: user_id ?? null,
    conversation_data: { messages: [message ?? null], metadata: metadata ?? null },
  };
  const repair = (text: string) => repairText(text).text;
  const result = redactSession(session, { kinds, repair, isRepaired: false });
  const conversation = result.ok ? result.document['conversation_data'] : null;
  if (!result.ok || !isJsonObject(conversation ?? null)) return null;
  const { messages, metadata: cleaned } = isJsonObject(conversation) ? conversation : {};
  const typed = [...new Set(placeholdersIn(JSON.stringify(session)).map(({ text }) => text))];
  const kept = {
    ...(typed.length > 0 && { [typedField]: typed }),
    user_id: user_id ?? null,
    ...(Array.isArray(messages) && message !== null && { message: messages[0] }),
    ...(cleaned !== null && { metadata: cleaned }),
    ...(message_count !== null && { message_count }),
  };
  const redactions = result.redactions.filter(({ action }) => action === 'clean');
  return { bytes: jsonBytes(kept), redactions };
}
