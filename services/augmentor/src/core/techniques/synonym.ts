import { type Rng, shuffled } from '@millrace/shared/domain/rng';
import type { Reading, Token } from '@millrace/text/tokens';
import { breaksArticle, isPlainWord, negatedTokens } from './context.ts';
import { type Edit, edited, type Propose, type Synonyms } from './technique.ts';

/** Words of a message that are replaced together: with more, two doubtful swaps meet in one text too often. */
const swapsPerCandidate = 2;
const candidates = 4;
/** Letters at the beginning that two words of one family share: no `reserve a reservation`. */
const familyPrefix = 5;

const particles = new Set(
  'up out off on down over away back in to into through around about along by apart together'.split(
    ' ',
  ),
);
const comparing = new Set(['more', 'most', 'less', 'least']);

interface Slot {
  readonly token: Token;
  readonly options: readonly string[];
}

/** Words replaced by others of the same sense, part of speech and form, where the sentence around them allows it. */
export const proposeSynonyms: Propose = (text, random, tools) => {
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

function swap({ token, options }: Slot, random: Rng): Edit {
  const replacement = options[Math.floor(random() * options.length)] ?? token.text;
  return { start: token.start, end: token.end, replacement };
}

function slotsOf(reading: Reading, synonyms: Synonyms): Slot[] {
  const negated = negatedTokens(reading);
  const families = familiesOf(reading.tokens);
  return reading.tokens.flatMap((token, index) => {
    const found = synonyms.of(token.pos, token.text);
    if (found.length === 0 || !isPlainWord(reading, token)) return [];
    if (negated.has(index) || !allows(reading, index)) return [];
    const article = reading.tokens[index - 1]?.text;
    const own = familyOf(token.text);
    const options = found.filter((option) => {
      const family = familyOf(option);
      const others = (families.get(family) ?? 0) - (family === own ? 1 : 0);
      return others === 0 && !breaksArticle(article, token.text, option);
    });
    return options.length === 0 ? [] : [{ token, options }];
  });
}

/** How often each family of words stands in the text. */
function familiesOf(tokens: readonly Token[]): Map<string, number> {
  const families = new Map<string, number>();
  for (const token of tokens) {
    const family = familyOf(token.text);
    families.set(family, (families.get(family) ?? 0) + 1);
  }
  return families;
}

const familyOf = (word: string): string => word.toLowerCase().slice(0, familyPrefix);

/** What part of speech alone does not say: compounds, particle verbs, comparisons. */
function allows({ tokens }: Reading, index: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  switch (token?.pos) {
    case 'NOUN':
      return !isNominal(before) && !isNominal(after);
    case 'VERB':
      return !particles.has(after?.text.toLowerCase() ?? '') && !after?.text.endsWith('ing');
    case 'ADJ':
      return !comparing.has(before?.text.toLowerCase() ?? '') && !particles.has(after?.text ?? '');
    case 'ADV':
      return (
        !comparing.has(before?.text.toLowerCase() ?? '') &&
        after?.pos !== 'ADP' &&
        (before !== undefined || after !== undefined)
      );
    default:
      return false;
  }
}

const isNominal = (token: Token | undefined): boolean =>
  token !== undefined && (token.pos === 'NOUN' || token.pos === 'PROPN');
