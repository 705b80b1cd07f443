import { negations } from '@millrace/text';
import type { Reading, Token } from '@millrace/text/tokens';

/** How many words a negation reaches over: `did not really get`. */
const negationReach = 3;
const vowelSound = /^(?:[aeio]|u(?!n[ij]|s[aeu]|ti)|hour|honest|heir)/i;

/** A word that stands alone: no hyphen, apostrophe or letter touches it, it lies in no protected span, no capital. */
export function isPlainWord({ text }: Reading, token: Token): boolean {
  return (
    !token.fixed &&
    /^[a-z]{2,}$/.test(token.text) &&
    /^$|[\s("“]/.test(text.charAt(token.start - 1)) &&
    /^$|[\s.,;:!?)"”]/.test(text.charAt(token.end))
  );
}

/** Parts of speech of which no capital makes a name. */
const neverNames = new Set(['ADV', 'INTJ']);

/**
 * A sentence's first word, capital because of its place, of a kind that names nobody: `Maybe`, `Hello`. One that has a
 * capital elsewhere in the text as well, or holds a name of the text, may be a name after all.
 */
export function isOpeningWord({ text, tokens, spans }: Reading, index: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  if (token === undefined || token.fixed || !neverNames.has(token.pos)) return false;
  return (
    /^\p{Lu}\p{Ll}+$/u.test(token.text) &&
    text.indexOf(token.text) === text.lastIndexOf(token.text) &&
    !spans.some(({ start, end }) => token.text.includes(text.slice(start, end))) &&
    (before === undefined || /^[.!?]+$/.test(before.text)) &&
    /^$|\s/.test(text.charAt(token.start - 1)) &&
    /^$|[\s.,;:!?)]/.test(text.charAt(token.end))
  );
}

/** Indices of the tokens a few words behind a negation: what it negates stays as it is. */
export function negatedTokens({ text, tokens }: Reading): ReadonlySet<number> {
  const negated = new Set<number>();
  if (negations(text).length === 0) return negated;
  tokens.forEach((token, index) => {
    if (!/^n['’]?t$/i.test(token.text) && negations(token.text).length === 0) return;
    for (let reach = 1; reach <= negationReach; reach++) negated.add(index + reach);
  });
  return negated;
}

/** Whether `a` or `an` before the first word would have to change before the second. */
export function breaksArticle(article: string | undefined, before: string, after: string): boolean {
  return /^an?$/i.test(article ?? '') && vowelSound.test(before) !== vowelSound.test(after);
}

/** Whether an article before a word has the other word's form. */
export function misfitsArticle(article: string | undefined, word: string): boolean {
  return /^an?$/i.test(article ?? '') && vowelSound.test(word) !== /^an$/i.test(article ?? '');
}
