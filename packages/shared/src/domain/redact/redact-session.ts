import {
  findSensitive,
  placeholders,
  placeholdersIn,
  type RedactedText,
  type SensitiveKind,
} from '@millrace/text';
import type { Json } from '../canonical-json.ts';
import { sha256Hex } from '../hash.ts';
import { roles } from '../session.ts';
import { idFault, isJsonObject, type JsonObject } from '../session-document.ts';
import { redactJson, redactMembers, type Tally } from './redact-json.ts';
import { type Find, redactString, type StringOptions } from './redact-string.ts';
import type { Redaction } from './redaction.ts';

export interface RedactSessionOptions {
  /** What is replaced; other kinds are noted. */
  readonly kinds: readonly SensitiveKind[];
  /** See StringOptions. */
  readonly repair: (text: string) => string;
  /** The messages' contents have been through `repair`. */
  readonly isRepaired: boolean;
  /** Default: findSensitive. */
  readonly find?: Find | undefined;
}

export type RedactedSession =
  | {
      readonly ok: true;
      /** The document itself when nothing was replaced. */
      readonly document: JsonObject;
      readonly redactions: readonly Redaction[];
    }
  /** Something could not be redacted: nothing of the session may be kept. */
  | { readonly ok: false };

/**
 * A session document (no wrapper around it) with typed placeholders for personal data and secrets: one for one value in
 * the whole session, numbered in the order of its messages, then of its other fields. Every text, number and key is
 * looked at, but the ids that name the session and its user: these are keys, they stay and are noted. Redacting the
 * result again changes nothing. Fails closed: any error means that nothing is known to be harmless.
 */
export function redactSession(
  document: JsonObject,
  { kinds, repair, isRepaired, find = findSensitive }: RedactSessionOptions,
): RedactedSession {
  const typed = () => new Set(placeholdersIn(JSON.stringify(document)).map(({ text }) => text));
  const options = { find, kinds: new Set(kinds), placeholders: placeholders(typed), repair };
  const redactions: Redaction[] = [];
  try {
    const redacted = redactDocument(document, { options, isRepaired, redactions });
    return { ok: true, document: redacted, redactions };
  } catch {
    return { ok: false };
  }
}

interface Context {
  readonly options: StringOptions;
  readonly isRepaired: boolean;
  readonly redactions: Redaction[];
}

function redactDocument(document: JsonObject, context: Context): JsonObject {
  const ids = identities(document, context);
  const tally = emptyTally();
  const fields = { options: context.options, tally };
  const conversation = document['conversation_data'];
  const done = isJsonObject(conversation)
    ? { ...ids, conversation_data: redactConversation(conversation, { ...context, fields, ids }) }
    : ids;
  const redacted = redactMembers(document, fields, done);
  context.redactions.push(...tallied(tally, {}));
  return redacted;
}

interface ConversationContext extends Context {
  readonly fields: { readonly options: StringOptions; readonly tally: Tally };
  readonly ids: JsonObject;
}

function redactConversation(conversation: JsonObject, context: ConversationContext): JsonObject {
  const { messages, metadata } = conversation;
  const done: { [key: string]: Json } = {};
  if (isList(messages)) {
    const redacted = messages.map((message, i) => redactMessage(message, i, context));
    done['messages'] = redacted.every((m, i) => m === messages[i]) ? messages : redacted;
  }
  const { session_id: id } = context.ids;
  if (isJsonObject(metadata))
    // a copy of the id, which is compared with it
    done['metadata'] = redactMembers(
      metadata,
      context.fields,
      id !== undefined && metadata['session_id'] === id ? { session_id: id } : {},
    );
  return redactMembers(conversation, context.fields, done);
}

function redactMessage(message: Json, index: number, context: ConversationContext): Json {
  const { options, isRepaired, redactions } = context;
  const tally = emptyTally();
  const fields = { options, tally };
  const content = isJsonObject(message) ? message['content'] : undefined;
  const done: { [key: string]: Json } = {};
  if (typeof content === 'string') {
    const text = redactString(content, options, isRepaired);
    redactions.push(...(text === null ? [] : ofText(text, index)));
    done['content'] = text?.text ?? content;
  }
  const role = isJsonObject(message) ? message['role'] : undefined;
  if (typeof role === 'string' && roleNames.has(role)) done['role'] = role;
  const redacted = isJsonObject(message)
    ? redactMembers(message, fields, done)
    : redactJson(message, null, fields);
  redactions.push(...tallied(tally, { message: index }));
  return redacted;
}

/** The ids by which a session and its user are known everywhere, noted when they tell who somebody is. */
function identities(document: JsonObject, { options, redactions }: Context): JsonObject {
  const ids: { [key: string]: Json } = {};
  for (const place of ['session_id', 'user_id'] as const) {
    const id = document[place];
    if (typeof id !== 'string' || idFault(id) !== null) continue;
    ids[place] = id;
    const kinds = new Map<SensitiveKind, number>();
    for (const { kind } of options.find(id)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const [kind, count] of kinds) redactions.push({ kind, count, action: 'note', place });
  }
  return ids;
}

function ofText({ steps, left }: RedactedText, message: number): Redaction[] {
  const place = 'text';
  return [
    ...steps.map(({ kind, count, span, before, after }): Redaction => {
      const sha256 = [sha256Hex(before), sha256Hex(after)] as const;
      return { kind, count, action: 'clean', place, message, ...(span && { span }), sha256 };
    }),
    ...left.map(({ kind, count, span }): Redaction => {
      return { kind, count, action: 'note', place, message, ...(span && { span }) };
    }),
  ];
}

function tallied(
  { cleaned, left }: Tally,
  message: { readonly message?: number },
): readonly Redaction[] {
  const of = (action: Redaction['action'], counts: Tally['left']): readonly Redaction[] =>
    [...counts].map(([kind, count]) => ({ kind, count, action, place: 'fields', ...message }));
  return [...of('clean', cleaned), ...of('note', left)];
}

const roleNames: ReadonlySet<string> = new Set(roles);

const emptyTally = (): Tally => ({ cleaned: new Map(), left: new Map() });

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
