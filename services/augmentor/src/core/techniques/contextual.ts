import { shuffled } from '@millrace/shared/domain/rng';
import { maskedSwaps } from './masked-swaps.ts';
import { slotsOf, swapTo } from './synonym.ts';
import { edited, type Propose } from './technique.ts';

/** Swaps of a text that the encoder is asked about: each costs an encoded text. */
const candidates = 8;

/**
 * One word of the text replaced by each word that may take its place: what the encoder finds nearest to the whole text
 * in its context is taken, where a synonym is drawn. Words are those of the table of synonyms, at places where they may stand;
 * with a masked language model those that it expects there, of the wider table of related words.
 */
export const proposeContextual: Propose = (text, random, tools) => {
  if (tools.masked === null) return [];
  if (tools.masked !== undefined)
    return maskedSwaps(text, tools, tools.masked).slice(0, candidates);
  const swaps = slotsOf(tools.read(text), tools.synonyms).flatMap(({ token, options }) =>
    options.map((word) => edited(text, [swapTo(token, word)])),
  );
  return shuffled([...new Set(swaps)], random).slice(0, candidates);
};
