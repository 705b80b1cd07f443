import { outsideCode } from './code-blocks.ts';

/** A word of a text that is neither code, link, address, number nor handle; null where such a thing, or a line, was. */
export type ProseWord = string | null;

/** What prose does not have inside a word: figures, paths, handles, markup, `a.b`, `a:b`. */
const technical = /[\d_@#/\\<>{}[\]=|~^$*+&%]|[\p{L}][.:][\p{L}]|^--?\p{L}/u;
const letters = /[\p{L}\p{M}]+/gu;

/** A text is judged by its beginning: what language a megabyte is in shows in its first pages. */
export const judgedCharacters = 20_000;

/** The words of a text, in order, letters only; `don't` is `don` and `t`. Null parts what did not stand together. Of the first 20,000 characters. */
export function proseWords(text: string): ProseWord[] {
  const words: ProseWord[] = [];
  for (const token of withoutCode(text.slice(0, judgedCharacters)).split(/\s+/u)) {
    if (token === '') continue;
    if (technical.test(token)) words.push(null);
    else words.push(...(token.match(letters) ?? []));
  }
  return words;
}

/** Code in backticks as a figure, so that it parts words. */
function withoutCode(text: string): string {
  if (!text.includes('`')) return text;
  const prose: string[] = [];
  outsideCode(text, (part) => {
    prose.push(part);
    return part;
  });
  return prose.join(' 0 ');
}
