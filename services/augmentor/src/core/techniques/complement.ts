import type { Reading, Token } from '@millrace/text/tokens';

const nominative = new Set(['i', 'he', 'she', 'we', 'they']);
const determiners = new Set(['a', 'an', 'the', 'my', 'your', 'his', 'our', 'their', 'some', 'any']);
const inside = new Set(['DET', 'ADJ', 'NUM', 'PRON', 'NOUN', 'PROPN']);
/** Tokens that an object is looked for in. */
const reach = 6;

/**
 * Whether a verb has an object or nothing behind it: what nearly every verb of the same sense takes. Not so before a preposition, `to`,
 * an -ing form, a clause, two objects (`buy the dog a coat`), or an object that does something (`help me find it`).
 */
export function isPlainVerb({ tokens }: Reading, index: number): boolean {
  const after = tokens[index + 1];
  if (after === undefined || ['PUNCT', 'ADV', 'CCONJ', 'INTJ', 'SYM'].includes(after.pos)) {
    return !isQuestionWord(after);
  }
  if (!inside.has(after.pos) || nominative.has(wordOf(after)) || isQuestionWord(after))
    return false;
  let nominal = false;
  for (const token of tokens.slice(index + 1, index + 1 + reach)) {
    const word = wordOf(token);
    if (['VERB', 'AUX', 'PART'].includes(token.pos)) return false;
    if (!inside.has(token.pos)) return true;
    if (nominal && (determiners.has(word) || nominative.has(word))) return false;
    if (['NOUN', 'PROPN', 'PRON'].includes(token.pos) && !determiners.has(word)) nominal = true;
  }
  return true;
}

const wordOf = (token: Token): string => token.text.toLowerCase();
const isQuestionWord = (token: Token | undefined): boolean =>
  /^(?:that|what|who|how|why|when|where|which|whether|if)$/i.test(token?.text ?? '');
