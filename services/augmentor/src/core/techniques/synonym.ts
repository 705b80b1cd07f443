import { type Rng, shuffled } from '@millrace/shared/domain/rng';
import type { Reading, Token } from '@millrace/text/tokens';
import { isPlainVerb } from './complement.ts';
import { breaksArticle, isOpeningWord, isPlainWord, negatedTokens } from './context.ts';
import { familiesOf } from './families.ts';
import { type Edit, edited, type Place, type Propose, type Synonyms } from './technique.ts';

/** Words of a message that are replaced together: with more, two doubtful swaps meet in one text too often. */
const swapsPerCandidate = 2;
const candidates = 4;

/** Behind a verb, or its pronoun (`help me out`), they make another one of it. */
const particles = new Set(
  'up out off on down over away back into through around along by apart together'.split(' '),
);
const tags = ['NOUN', 'VERB', 'ADJ', 'ADV', 'INTJ'];
const comparing = new Set(['more', 'most', 'less', 'least']);
/** Behind these stands no verb, whatever the tagger says: `your help`, `need help`. */
const nounMarkers = new Set(
  'a an the my your his our their some any no need needs want wants'.split(' '),
);

export interface Slot {
  readonly token: Token;
  readonly options: readonly string[];
}

/**
 * Words replaced by others of the same sense, part of speech and form, where the sentence around them allows it. A noun that
 * is named twice stays: one thing has one name in a text.
 */
export const proposeSynonyms: Propose = (text, random, tools) => {
  if (!mayHaveSlot(text, tools.synonyms)) return [];
  const reading = tools.read(text);
  const slots = slotsOf(reading, tools.synonyms);
  if (slots.length === 0) return [];
  const texts = new Set<string>();
  for (let i = 0; i < candidates; i++) {
    const chosen = shuffled(slots, random).slice(0, swapsPerCandidate);
    texts.add(
      edited(
        text,
        chosen.map((slot) => swap(slot, random)),
      ),
    );
  }
  return [...texts];
};

/** Cheap and necessary: a word that some part of speech has synonyms for. Tagging costs ten times as much. */
function mayHaveSlot(text: string, synonyms: Synonyms): boolean {
  const words = text.toLowerCase().match(/[a-z]{2,}/g) ?? [];
  return words.some((word) => tags.some((tag) => synonyms.of(tag, word).length > 0));
}

function swap({ token, options }: Slot, random: Rng): Edit {
  return swapTo(token, options[Math.floor(random() * options.length)] ?? token.text);
}

/** The word in the place of the token, with a capital where that has one. */
export function swapTo(token: Token, word: string): Edit {
  const capital = token.text.charAt(0) !== token.text.charAt(0).toLowerCase();
  const replacement = capital ? word.charAt(0).toUpperCase() + word.slice(1) : word;
  return { start: token.start, end: token.end, replacement };
}

/** The words of a text that others may take the place of, and which. */
export function slotsOf(reading: Reading, synonyms: Synonyms): Slot[] {
  const negated = negatedTokens(reading);
  const countKin = familiesOf(reading.tokens);
  const words = new Set(reading.tokens.map(({ text }) => text.toLowerCase()));
  return reading.tokens.flatMap((token, index) => {
    if (token.fixed || negated.has(index)) return [];
    const pos = posOf(reading, index);
    if (synonyms.of(pos, token.text.toLowerCase()).length === 0) return [];
    if (!isPlainWord(reading, token) && !isOpeningWord(reading, index)) return [];
    if (!allows(reading, index, pos)) return [];
    const article = reading.tokens[index - 1]?.text;
    if (pos === 'NOUN' && countKin(token.text) > 1) return [];
    const countOwn = familiesOf([token]);
    const place = { ...placeOf(reading, index, pos), words };
    const found = synonyms.of(pos, token.text.toLowerCase(), place);
    const options = found.filter(
      (option) =>
        countKin(option) === countOwn(option) && !breaksArticle(article, token.text, option),
    );
    return options.length === 0 ? [] : [{ token, options }];
  });
}

function posOf({ tokens }: Reading, index: number): string {
  const pos = tokens[index]?.pos ?? '';
  const before = tokens[index - 1]?.text.toLowerCase() ?? '';
  return pos === 'VERB' && nounMarkers.has(before) ? 'NOUN' : pos;
}

function placeOf(reading: Reading, index: number, pos: string): Omit<Place, 'words'> {
  const before = reading.tokens[index - 1];
  const after = reading.tokens[index + 1];
  return {
    before: sideOf(before),
    after: sideOf(after),
    afterPos: after?.pos ?? '',
    plain: pos !== 'VERB' || isPlainVerb(reading, index),
  };
}

/** Lower case; the tagger takes `in.` at a text's end for inches. */
const sideOf = (token: Token | undefined): string =>
  token === undefined || !/[\p{L}\p{N}]/u.test(token.text)
    ? '$'
    : token.text.toLowerCase().replaceAll('’', "'").replace(/\.$/, '');

/** What part of speech alone does not say: compounds, particle verbs, comparisons. */
function allows({ tokens }: Reading, index: number, pos: string): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const next = after?.text.toLowerCase() ?? '';
  const behind = tokens[index + 2]?.text.toLowerCase() ?? '';
  const compared = comparing.has(before?.text.toLowerCase() ?? '');
  switch (pos) {
    case 'NOUN':
      return !isNominal(before) && !isNominal(after) && !isVerbInName(tokens, index - 1);
    case 'VERB':
      return (
        !particles.has(next) &&
        !(after?.pos === 'PRON' && particles.has(behind)) &&
        !isNoDoing(token, before, after)
      );
    case 'ADJ':
      return !compared && !particles.has(next);
    case 'ADV':
      return !compared && after?.pos !== 'ADP' && (before !== undefined || after !== undefined);
    case 'INTJ':
      return before === undefined || !isNominal(before);
    default:
      return false;
  }
}

/** What the tagger takes for a verb between an article and a noun is part of a name: `the north hill apartments`. */
function isVerbInName(tokens: readonly Token[], index: number): boolean {
  if (tokens[index]?.pos !== 'VERB') return false;
  const [before, further] = [tokens[index - 1]?.pos ?? '', tokens[index - 2]?.pos ?? ''];
  return before === 'DET' || (['ADJ', 'ADV'].includes(before) && further === 'DET');
}

/** An -ing form that names something or belongs to it, whatever the tagger says: `the hotel booking again`, `their one remaining store`. */
function isNoDoing(token?: Token, before?: Token, after?: Token): boolean {
  if (!token?.text.endsWith('ing')) return false;
  if (after?.pos === 'NOUN') return ['DET', 'NUM'].includes(before?.pos ?? '');
  const named = isNominal(before) || before?.text.toLowerCase() === 'there';
  return named && !['DET', 'PRON', 'PART', 'NUM'].includes(after?.pos ?? '');
}

const isNominal = (token: Token | undefined): boolean =>
  token !== undefined && (token.pos === 'NOUN' || token.pos === 'PROPN');
