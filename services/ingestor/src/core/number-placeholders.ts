import type { Json } from '@millrace/shared/domain/canonical-json';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Redaction } from '@millrace/shared/domain/redact/redaction';
import { isJsonObject, type JsonObject } from '@millrace/shared/domain/session-document';
import { placeholders, placeholdersIn, sensitiveKinds } from '@millrace/text';

/** Of an event that was redacted: the placeholders that its author had typed. */
export const typedField = 'typed_placeholders';

interface Part {
  readonly document: JsonObject;
  readonly redactions: readonly Redaction[] | null;
}

/**
 * The parts of a session that were redacted one by one, each of which began to number at 1, numbered anew: two values never
 * share a placeholder, and what somebody typed stays. That two messages hold one value is not known any more, so in two
 * messages it has two. Parts without a redaction are left as they are.
 */
export function numberPlaceholders<P extends Part>(parts: readonly P[]): readonly P[] {
  if (parts.every(({ redactions }) => !redactions?.length)) return parts;
  const typed = new Set(parts.flatMap(typedIn));
  const numbers = placeholders(() => typed);
  return parts.map((part, i) => {
    if (!part.redactions?.length) return part;
    const own = new Set(typedIn(part));
    const text = JSON.stringify(part.document);
    let numbered = '';
    let from = 0;
    for (const { start, end, text: found } of placeholdersIn(text)) {
      const kind = sensitiveKinds.find((name) => found.startsWith(`[${name.toUpperCase()}_`));
      if (own.has(found) || kind === undefined) continue;
      numbered += text.slice(from, start) + numbers.of(kind, `${i} ${found}`);
      from = end;
    }
    const document: Json = JSON.parse(numbered + text.slice(from));
    if (!isJsonObject(document)) return part;
    return { ...part, document, redactions: withHash(part.redactions, document) };
  });
}

function typedIn({ document, redactions }: Part): readonly string[] {
  if (!redactions?.length) return placeholdersIn(JSON.stringify(document)).map(({ text }) => text);
  const typed = document[typedField];
  return Array.isArray(typed) ? typed.filter((one) => typeof one === 'string') : [];
}

/** The record of a text's last change ends with the hash of the text that there is now. */
function withHash(redactions: readonly Redaction[], { message }: JsonObject): readonly Redaction[] {
  const content = isJsonObject(message) ? message['content'] : undefined;
  const last = redactions.findLastIndex(({ sha256 }) => sha256 !== undefined);
  return redactions.map((one, i) =>
    i === last && one.sha256 !== undefined && typeof content === 'string'
      ? { ...one, sha256: [one.sha256[0], sha256Hex(content)] }
      : one,
  );
}
