import type { Json } from './canonical-json.ts';
import type { ErrorCode } from './errors.ts';
import type { FindingCode } from './finding.ts';
import { decodeStrictJson, type JsonProblem, type JsonProblemKind } from './strict-json.ts';

export type JsonObject = { readonly [key: string]: Json };

/** Why bytes are no session that can be named and kept. */
export interface SessionProblem {
  /** What a validator of files calls it. */
  readonly code: Extract<FindingCode, 'malformed_json' | 'missing_field' | 'redaction_failed'>;
  /** What a dead letter or an HTTP answer calls it. */
  readonly errorCode: ErrorCode;
  /** Field at fault, `conversation_data.messages[3].role`; empty for the document itself. */
  readonly path: string;
  /** Offset in the text (see JsonProblem); null when the JSON is sound. */
  readonly position: number | null;
  /** One sentence without a full stop and without a word of the document's text. */
  readonly sentence: string;
}

export type DecodedSession =
  | {
      readonly ok: true;
      readonly document: JsonObject;
      readonly sessionId: string;
      /** The document stood in `session_data`. */
      readonly wrapped: boolean;
    }
  | { readonly ok: false; readonly problem: SessionProblem };

/**
 * A session document from the bytes of a record, a body or a line: strict JSON, an object, with an id. The wrapper
 * `{"session_data": {...}}` is taken off. Whatever else is wrong with it is the validator's to say.
 */
export function decodeSession(bytes: Uint8Array): DecodedSession {
  const decoded = decodeStrictJson(bytes);
  return decoded.ok
    ? readSessionDocument(decoded.value)
    : { ok: false, problem: ofJson(decoded.problem) };
}

/** As decodeSession, for a value that was decoded already. */
function readSessionDocument(value: Json): DecodedSession {
  const document = unwrapSession(value);
  if (!isJsonObject(document)) {
    const sentence = `the document must be a JSON object, not ${jsonType(document)}`;
    return refuse('MILLRACE_INPUT_NOT_AN_OBJECT', '', sentence);
  }
  const id = document['session_id'];
  const fault = idFault(id);
  if (fault === null && typeof id === 'string')
    return { ok: true, document, sessionId: id, wrapped: document !== value };
  return refuse('MILLRACE_INPUT_SESSION_ID', 'session_id', `session_id ${fault}`);
}

/** The seed's wrapper off: `{"session_data": {...}}` without an id of its own. */
export function unwrapSession(value: Json): Json {
  if (!isJsonObject(value) || Object.hasOwn(value, 'session_id')) return value;
  const inner = Object.hasOwn(value, 'session_data') ? value['session_data'] : undefined;
  return inner === undefined ? value : inner;
}

/**
 * What is wrong with an id, as the end of a sentence; null when nothing is. Ids are strings of 1 to 200 characters
 * without control characters and without half a surrogate pair (Postgres and UTF-8 have no place for one).
 */
export function idFault(id: Json | undefined): string | null {
  if (id === undefined) return 'is missing';
  if (typeof id !== 'string') return `must be a string, not ${jsonType(id)}`;
  if (id === '') return 'must not be empty';
  if (id.length > 200) return `must have at most 200 characters, it has ${id.length}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return 'must not contain control characters';
  return id.isWellFormed() ? null : 'must not contain half a surrogate pair';
}

/** The user's id as a row may hold it: null when absent or not an id. */
export function userIdOf(document: JsonObject): string | null {
  const id = document['user_id'];
  return typeof id === 'string' && idFault(id) === null ? id : null;
}

/** The document's messages, whatever they are; none where there is no list. */
export function messagesOf(document: JsonObject): readonly Json[] {
  const conversation = document['conversation_data'];
  const messages = isJsonObject(conversation) ? conversation['messages'] : undefined;
  return Array.isArray(messages) ? messages : [];
}

/** What each message says, as received; null for one that is no text. */
export function contentsOf(document: JsonObject): readonly (string | null)[] {
  return messagesOf(document).map((message) => {
    const content = isJsonObject(message) ? message['content'] : null;
    return typeof content === 'string' ? content : null;
  });
}

/** Messages in the document, whatever they are; 0 where there is no list. */
export const messageCountOf = (document: JsonObject): number => messagesOf(document).length;

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON's own word for a value's type; `absent` for none. */
export function jsonType(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** How a dead letter or an HTTP answer calls a problem of the JSON. */
export const jsonErrorCodes: Readonly<Record<JsonProblemKind, ErrorCode>> = {
  not_utf8: 'MILLRACE_FORMAT_NOT_UTF8',
  syntax: 'MILLRACE_FORMAT_JSON',
  repeated_key: 'MILLRACE_FORMAT_REPEATED_KEY',
  not_a_number: 'MILLRACE_FORMAT_NOT_A_NUMBER',
  too_deep: 'MILLRACE_FORMAT_TOO_DEEP',
};

function ofJson({ kind, path, position, sentence }: JsonProblem): SessionProblem {
  return { code: 'malformed_json', errorCode: jsonErrorCodes[kind], path, position, sentence };
}

function refuse(errorCode: ErrorCode, path: string, sentence: string): DecodedSession {
  const code = path === '' ? 'malformed_json' : 'missing_field';
  return { ok: false, problem: { code, errorCode, path, position: null, sentence } };
}
