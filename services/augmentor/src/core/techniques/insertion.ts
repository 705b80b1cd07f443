import { shuffled } from '@millrace/shared/domain/rng';
import { negations } from '@millrace/text';
import type { Reading } from '@millrace/text/tokens';
import { aroundOf } from './around.ts';
import { insertionRules } from './insertion-rules.ts';
import { type Edit, edited, type Propose } from './technique.ts';

/** A message of fewer words is a signal (`Yes`, `Go ahead`) rather than a sentence. */
const leastWords = 3;
/** Tokens on both sides of a place in which no negation may stand: a word more could move what it negates. */
const negationReach = 4;

/**
 * One word more, and one blank: politeness in a request, an optional `that`, a word of degree, a particle of speech, each
 * in a place that the parts of speech around it make sure. Never in or beside protected content or a negation.
 */
export const proposeInsertions: Propose = (text, random, tools) => {
  const reading = tools.read(text);
  if (reading.tokens.filter((token) => /\p{L}/u.test(token.text)).length < leastWords) return [];
  const around = aroundOf(reading);
  const edits = reading.tokens.flatMap((_, index) => {
    if (!isOpen(reading, index) || isNegated(reading, index)) return [];
    const words = new Set(insertionRules.flatMap((rule) => rule(around(index)) ?? []));
    return [...words].map((word) => before(reading, index, word));
  });
  return shuffled(edits, random).map((edit) => edited(text, [edit]));
};

function before({ tokens }: Reading, index: number, word: string): Edit {
  const start = tokens[index]?.start ?? 0;
  return { start, end: start, replacement: `${word} ` };
}

/** Whether a word may go before a token: exactly one blank there, or the text's beginning, and nothing protected beside it. */
function isOpen({ text, tokens }: Reading, index: number): boolean {
  const token = tokens[index];
  if (token === undefined || token.fixed || !/^[\p{L}]/u.test(token.text)) return false;
  const previous = tokens[index - 1];
  if (previous === undefined) return token.start === 0;
  if (previous.fixed || previous.end + 1 !== token.start) return false;
  return text.charAt(previous.end) === ' ' && /[\p{L}\p{N}]$/u.test(previous.text);
}

function isNegated({ tokens }: Reading, index: number): boolean {
  return tokens
    .slice(Math.max(0, index - negationReach), index + negationReach)
    .some(({ text }) => /^n['’]?t$/i.test(text) || negations(text).length > 0);
}
