/**
 * Substitution by a masked language model, after LSBert (Qiang et al. 2020, "Lexical simplification with pretrained encoders"): the
 * model is asked with the text itself before the text with the word hidden, so that it says what means the same there, and once
 * more without it, so that it says what anybody would expect there.
 */
import type { Reading } from '@millrace/text/tokens';
import { type Slot, slotsOf, swapTo } from './synonym.ts';
import type { HiddenWord, Masked, Synonyms, Tools } from './technique.ts';
import { edited } from './technique.ts';

/** How many words of each answer are looked at. */
export const likeliestWords = 50;
/** Nats by which a word may be less likely than the hidden one to whom does not know that one. */
const margin = 1;

/** All that the model must be asked about a text: what `maskedSwaps` then looks up. */
export function hiddenWordsOf(
  text: string,
  tools: Pick<Tools, 'read' | 'synonyms'>,
  related: Synonyms,
): readonly HiddenWord[] {
  return slotsOf(tools.read(text), either(tools.synonyms, related)).flatMap((slot) =>
    questionsOf(text, slot),
  );
}

/** The text with one word replaced, best first: by a related word that the model expects in its place. */
export function maskedSwaps(
  text: string,
  { read, synonyms }: Pick<Tools, 'read' | 'synonyms'>,
  { related, predict }: Masked,
): string[] {
  const reading = read(text);
  const found = slotsOf(reading, either(synonyms, related)).flatMap((slot) => {
    const { token, options } = slot;
    const [beside, alone] = questionsOf(text, slot).map(predict);
    const own = alone?.get(token.text.toLowerCase()) ?? Number.NEGATIVE_INFINITY;
    return options.flatMap((word) => {
      const likely = beside?.get(word);
      const expected = alone?.get(word);
      if (likely === undefined || expected === undefined || expected < own - margin) return [];
      const copy = edited(text, [swapTo(token, word)]);
      return keepsReading(reading, read(copy)) ? [{ copy, likely }] : [];
    });
  });
  found.sort((a, b) => b.likely - a.likely || (a.copy < b.copy ? -1 : 1));
  return [...new Set(found.map(({ copy }) => copy))];
}

const questionsOf = (text: string, { token: { start, end } }: Slot): HiddenWord[] =>
  [true, false].map((besideItself) => ({ text, start, end, besideItself }));

/** Whether every word of the copy is of the part of speech that it is of in the text. */
function keepsReading(before: Reading, after: Reading): boolean {
  if (before.tokens.length !== after.tokens.length) return false;
  return before.tokens.every(({ pos }, i) => pos === after.tokens[i]?.pos);
}

/**
 * Words of both tables; of nouns only the first, in which a thing has one name a session. What the first has for some places, the second
 * does not bring to others.
 */
function either(synonyms: Synonyms, related: Synonyms): Synonyms {
  return {
    of: (pos, form, place) => {
      const near = synonyms.of(pos, form, place);
      if (pos === 'NOUN') return near;
      const known = synonyms.of(pos, form);
      const further = related.of(pos, form, place).filter((word) => !known.includes(word));
      return [...near, ...further];
    },
  };
}
