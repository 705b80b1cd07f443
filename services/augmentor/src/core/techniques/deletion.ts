import { shuffled } from '@millrace/shared/domain/rng';
import type { Reading, Token } from '@millrace/text/tokens';
import { aroundOf } from './around.ts';
import { isPlainWord, misfitsArticle, negatedTokens } from './context.ts';
import { deletionRules, isFiller, isTrailing, mayDelete } from './deletion-rules.ts';
import { type Edit, edited, type Propose } from './technique.ts';

/** A message of fewer words loses too much with one. */
const leastWords = 5;

/** One word less, and one blank: what a sentence says as well without (see deletion-rules.ts). */
export const proposeDeletions: Propose = (text, random, tools) => {
  if (!mayDelete(text)) return [];
  const reading = tools.read(text);
  if (reading.tokens.filter((token) => /\p{L}/u.test(token.text)).length < leastWords) return [];
  const negated = negatedTokens(reading);
  const around = aroundOf(reading);
  const edits = reading.tokens.flatMap((token, index) => {
    if (negated.has(index) || negated.has(index + 2)) return [];
    if (index === 0) return isFiller(around(0)) ? firstWord(reading) : [];
    const place = placeOf(reading, index);
    if (place === null) return [];
    if (place.after === undefined)
      return isTrailing(around(index)) ? [cut(place.before, token)] : [];
    const harmless = deletionRules.some((rule) => rule(around(index)));
    return harmless ? [cut(place.before, token)] : [];
  });
  return shuffled(edits, random).map((edit) => edited(text, [edit]));
};

/** The word with the blank before it. */
const cut = (before: Token, token: Token): Edit => ({
  start: before.end,
  end: token.end,
  replacement: '',
});

/** The text's first word with the blank behind it, if what follows may begin a text as it is written. */
function firstWord({ text, tokens: [token, after] }: Reading): Edit[] {
  if (token === undefined || after === undefined || token.fixed || after.fixed) return [];
  if (token.start !== 0 || token.end + 1 !== after.start || text.charAt(token.end) !== ' ')
    return [];
  const kept = /^\p{Lu}/u.test(token.text) ? /^I(?:['’]\p{L}+)?$/u : /^(?:\p{Ll}|I$|I['’])/u;
  return kept.test(after.text) ? [{ start: 0, end: after.start, replacement: '' }] : [];
}

interface Place {
  readonly before: Token;
  /** None where the sentence ends behind the word. */
  readonly after: Token | undefined;
}

/** A plain word with exactly one blank on each side and a word before it; null for any other. */
function placeOf(reading: Reading, index: number): Place | null {
  const { text, tokens } = reading;
  const token = tokens[index];
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (token === undefined || before === undefined || !isPlainWord(reading, token)) return null;
  if (!/\p{L}$/u.test(before.text) || before.end + 1 !== token.start) return null;
  if (text.charAt(before.end) !== ' ') return null;
  if (after === undefined || /^[.!?]+$/.test(after.text)) return { before, after: undefined };
  if (token.end + 1 !== after.start || text.charAt(token.end) !== ' ') return null;
  if (after.fixed || !/^\p{L}/u.test(after.text)) return null;
  return misfitsArticle(before.text, after.text) ? null : { before, after };
}
