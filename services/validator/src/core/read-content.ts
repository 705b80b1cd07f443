import type { Json } from '@millrace/shared/domain/canonical-json';
import { isJsonObject } from '@millrace/shared/domain/session-document';

/**
 * A message's content as one text: a string as it is; a list of parts joined by line ends, parts that are no text as
 * `[IMAGE]`, `[AUDIO]` or `[FILE]`. Null for anything else. A string that happens to be JSON stays a string.
 */
export function textOf(content: Json | undefined): string | null {
  if (typeof content === 'string') return content;
  const parts = partsOf(content);
  return parts === null ? null : parts.map((p) => p.text).join('\n');
}

/** Nothing is seen of it: white space and characters without width. */
export const isBlank = (text: string): boolean =>
  !/[^\s\u200b-\u200f\u2060-\u206f\ufeff\u00ad\u115f\u1160\u3164\p{Variation_Selector}]/u.test(
    text,
  );

export interface Part {
  readonly text: string;
  readonly placeholder: boolean;
}

/** Parts of a content list, null when it is none: an empty list, or an element that is neither a string nor typed. */
export function partsOf(content: Json | undefined): readonly Part[] | null {
  if (!Array.isArray(content) || content.length === 0) return null;
  const parts: (Part | null)[] = content.map((part: Json) => partOf(part));
  return parts.every((part) => part !== null) ? parts : null;
}

function partOf(part: Json): Part | null {
  if (typeof part === 'string') return { text: part, placeholder: false };
  if (!isJsonObject(part) || typeof part['type'] !== 'string') return null;
  const { type, text } = part;
  if (typeof text === 'string' && /text/.test(type)) return { text, placeholder: false };
  if (/text/.test(type)) return null;
  const kind = /image/.test(type) ? 'IMAGE' : /audio/.test(type) ? 'AUDIO' : 'FILE';
  return { text: `[${kind}]`, placeholder: true };
}
