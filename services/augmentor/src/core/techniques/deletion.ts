import { shuffled } from '@millrace/shared/domain/rng';
import type { Reading, Token } from '@millrace/text/tokens';
import { isPlainWord, misfitsArticle, negatedTokens } from './context.ts';
import { type Edit, edited, type Propose } from './technique.ts';

/** A message of fewer words loses too much with one. */
const leastWords = 5;

/** Adverbs that strengthen or soften what follows; without them the sentence says the same. */
const adverbs = new Set(
  `absolutely actually also basically certainly completely currently definitely essentially extremely fairly frankly
  genuinely honestly incredibly just literally obviously pretty quite really simply surely terribly
  totally truly utterly very`.split(/\s+/),
);
/** Words that an adverb forms one expression with: `very much`, `the very same`, `just as`. */
const bound = new Set(
  'much many well few little same first last best own as like about enough now so'.split(' '),
);
/** Behind these, `that` may be left out. */
const reporting = new Set(
  'think thought believe know knew hope guess feel felt suppose sure afraid glad said heard saw noticed'.split(
    ' ',
  ),
);
const subjects = new Set(['i', 'you', 'he', 'she', 'it', 'we', 'they', 'there']);

/** One word less, and one blank: an adverb of degree, `please`, an optional `that`, or `the` before a plural. */
export const proposeDeletions: Propose = (text, random, tools) => {
  const reading = tools.read(text);
  if (reading.tokens.filter((token) => /\p{L}/u.test(token.text)).length < leastWords) return [];
  const negated = negatedTokens(reading);
  const edits = reading.tokens.flatMap((_, index) =>
    negated.has(index) || negated.has(index + 2) ? [] : deletionAt(reading, index),
  );
  return shuffled(edits, random).map((edit) => edited(text, [edit]));
};

function deletionAt(reading: Reading, index: number): Edit[] {
  const { text, tokens } = reading;
  const token = tokens[index];
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (token === undefined || before === undefined || !isPlainWord(reading, token)) return [];
  if (!/\p{L}$/u.test(before.text) || before.end + 1 !== token.start) {
    return [];
  }
  if (text.charAt(before.end) !== ' ') return [];
  const ends = after === undefined || /^[.!?]+$/.test(after.text);
  if (ends) return token.text === 'please' ? [cut(before, token)] : [];
  if (token.end + 1 !== after.start || text.charAt(token.end) !== ' ') return [];
  if (misfitsArticle(before.text, after.text)) return [];
  return isHarmless(token, before, after, tokens[index + 2]) ? [cut(before, token)] : [];
}

/** The word with the blank before it. */
const cut = (before: Token, token: Token): Edit => ({
  start: before.end,
  end: token.end,
  replacement: '',
});

function isHarmless(token: Token, before: Token, after: Token, next: Token | undefined): boolean {
  if (after.fixed || !/^\p{L}/u.test(after.text)) return false;
  if (token.pos === 'ADV' && adverbs.has(token.text)) {
    return (
      ['ADJ', 'ADV', 'VERB'].includes(after.pos) &&
      !bound.has(after.text) &&
      !adverbs.has(before.text)
    );
  }
  if (token.text === 'please')
    return after.pos === 'VERB' && ['PRON', 'AUX', 'CCONJ'].includes(before.pos);
  if (token.text === 'that')
    return reporting.has(before.text) && subjects.has(after.text.toLowerCase());
  if (token.text === 'the') {
    return (
      before.pos === 'VERB' &&
      after.pos === 'NOUN' &&
      /[^s]s$/.test(after.text) &&
      next?.text !== 'of'
    );
  }
  return false;
}
