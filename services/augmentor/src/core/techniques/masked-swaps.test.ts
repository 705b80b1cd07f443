import { rngFor } from '@millrace/shared/domain/rng';
import { readText } from '@millrace/text/tokens';
import { expect, it } from 'vitest';
import { proposeContextual } from './contextual.ts';
import { hiddenWordsOf, maskedSwaps } from './masked-swaps.ts';
import type { HiddenWord, Synonyms } from './technique.ts';

const table = (words: Readonly<Record<string, readonly string[]>>): Synonyms => ({
  of: (pos, form) => words[`${pos} ${form}`] ?? [],
});
const synonyms = table({ 'ADJ cheap': ['inexpensive'], 'NOUN hotel': ['lodge'] });
const related = table({
  'ADJ cheap': ['shoddy', 'inexpensive', 'low'],
  'NOUN hotel': ['inn'],
  'VERB find': ['discover', 'locate'],
});
const tools = { read: readText, synonyms };
const text = 'Please find me a cheap hotel now.';

/** Answers by the hidden word: what is likely beside the text itself, and what alone. */
const answering =
  (answers: Readonly<Record<string, readonly [beside: object, alone: object]>>) =>
  ({ text: of, start, end, besideItself }: HiddenWord): ReadonlyMap<string, number> => {
    const [beside = {}, alone = {}] = answers[of.slice(start, end)] ?? [];
    return new Map(Object.entries(besideItself ? beside : alone));
  };
const swapsBy = (answers: Parameters<typeof answering>[0]): string[] =>
  maskedSwaps(text, tools, { related, predict: answering(answers) });

it('hiddenWordsOf() asks twice about each word that another may take the place of', () => {
  const words = hiddenWordsOf(text, tools, related);
  expect(
    words.map(({ start, end, besideItself }) => [text.slice(start, end), besideItself]),
  ).toEqual(
    ['find', 'cheap', 'hotel'].flatMap((word) => [
      [word, true],
      [word, false],
    ]),
  );
});

it('maskedSwaps() takes related words that the model expects both ways, likeliest first', () => {
  const copies = swapsBy({
    cheap: [
      { low: -1, inexpensive: -0.5, shoddy: -4, nice: -0.1 },
      { nice: -1, cheap: -2, inexpensive: -2.5, low: -2.9 },
    ],
  });
  // not inexpensive, which would need an `an`
  expect(copies).toEqual(['Please find me a low hotel now.']);
});

it('maskedSwaps() leaves a word that alone is much less expected than the hidden one, or not at all', () => {
  expect(swapsBy({ cheap: [{ low: -1 }, { cheap: -2, low: -5 }] })).toEqual([]);
  expect(swapsBy({ cheap: [{ low: -1 }, { cheap: -2 }] })).toEqual([]);
  expect(swapsBy({ cheap: [{}, { cheap: -2, low: -2 }] })).toEqual([]);
});

it('maskedSwaps() takes a noun from the table alone in which a thing has one name', () => {
  const both = { inn: -1, lodge: -1 };
  expect(swapsBy({ hotel: [both, both] })).toEqual(['Please find me a cheap lodge now.']);
});

it('maskedSwaps() leaves a word where the reviewed table has the other one for other places only', () => {
  const elsewhere: Synonyms = {
    of: (pos, form, place) => (place === undefined ? synonyms.of(pos, form) : []),
  };
  const predict = answering({
    cheap: [
      { inexpensive: -1, low: -2 },
      { inexpensive: -1, low: -1 },
    ],
  });
  const nouns = 'Find cheap hotels.';
  const swaps = maskedSwaps(nouns, { read: readText, synonyms: elsewhere }, { related, predict });
  expect(swaps).toEqual(['Find low hotels.']);
});

it('proposeContextual() offers nothing without the model that the settings name', () => {
  const random = rngFor(1, 'a');
  expect(proposeContextual(text, random, { ...tools, masked: null })).toEqual([]);
  expect(proposeContextual('I know a cheap hotel.', random, tools)).not.toEqual([]);
});
