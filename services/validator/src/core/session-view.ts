import type { Json } from '@millrace/shared/domain/canonical-json';
import { instantOf } from '@millrace/shared/domain/read-time';
import type { RedactedSession } from '@millrace/shared/domain/redact/redact-session';
import { type Repair, repairText } from '@millrace/shared/domain/repairs';
import type { Role } from '@millrace/shared/domain/session';
import {
  isJsonObject,
  type JsonObject,
  unwrapSession,
} from '@millrace/shared/domain/session-document';
import { normalise, type ProseWord, proseWords, vocabularyOf, wordsOf } from '@millrace/text';
import { isBlank, textOf } from './read-content.ts';
import { roleOf } from './read-role.ts';
import { redactView } from './redact/redact-view.ts';
import type { Rules } from './rules.ts';

/** A message as the checks see it: what could be read, null where nothing could. */
export interface MessageView {
  /** In the array as received. */
  readonly index: number;
  readonly fields: JsonObject | null;
  /** By its proper name. */
  readonly role: Role | null;
  /** Content as one text, before and after its repairs. Checks read it as it is: what is kept is redacted. */
  readonly received: string | null;
  readonly text: string | null;
  /** What was changed in it, in order. */
  readonly repairs: readonly Repair[];
  /** Runs without white space. */
  readonly words: number;
  /** Runs of letters, marks and digits, in lower case, in order; repeats stay. */
  readonly vocabulary: readonly string[];
  /** Words of its prose, without code, links and figures (see proseWords). */
  readonly prose: readonly ProseWord[];
  /** What it has in common with a message that says the same; null without a visible character. */
  readonly sameAs: string | null;
  /** Milliseconds since 1970; null when unreadable or before 2000, so that nothing follows from a misread unit. */
  readonly timeMs: number | null;
}

export interface SessionView {
  /** Null when the document is no object. */
  readonly document: JsonObject | null;
  readonly conversation: JsonObject | null;
  readonly metadata: JsonObject | null;
  /** Null when there is no list. */
  readonly messages: readonly MessageView[] | null;
  /** False for imports that say `synthetic_timestamps: true`: time rules do not apply. */
  readonly timed: boolean;
  /** What may be kept of it; null when the document is no object. */
  readonly redacted: RedactedSession | null;
}

/** Reads as much of a document as is there; never fails. */
export function viewSession(value: Json, rules: Rules): SessionView {
  const document = objectOrNull(unwrapSession(value));
  const conversation = objectOrNull(document?.['conversation_data']);
  const metadata = objectOrNull(conversation?.['metadata']);
  const messages = conversation?.['messages'];
  const view = {
    document,
    conversation,
    metadata,
    messages: isList(messages) ? messages.map((m, index) => viewMessage(m, index, rules)) : null,
    timed: metadata?.['synthetic_timestamps'] !== true,
  };
  const { validation, find } = rules;
  return { ...view, redacted: redactView(view, { kinds: validation.redact, find }) };
}

function viewMessage(value: Json, index: number, rules: Rules): MessageView {
  const fields = objectOrNull(value);
  const received = textOf(fields?.['content']);
  const { text, repairs } = repairText(received ?? '');
  return {
    index,
    fields,
    role: roleOf(fields?.['role'], rules.validation.role_aliases)?.role ?? null,
    received,
    text: received === null ? null : text,
    repairs,
    words: wordsOf(text).length,
    vocabulary: vocabularyOf(text),
    prose: proseWords(text),
    sameAs: isBlank(text) ? null : normalise(text),
    timeMs: instantOf(fields?.['timestamp']),
  };
}

const objectOrNull = (value: Json | undefined): JsonObject | null =>
  isJsonObject(value) ? value : null;

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
