import { type FeatureGroup, ratio } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** How long a text, its sentences and its words are. */
export const lengths: FeatureGroup<
  TextFacts,
  'characters' | 'words' | 'sentences' | 'words_per_sentence' | 'characters_per_word'
> = {
  docs: {
    characters: { unit: 'code points', meaning: 'Length of the text.' },
    words: {
      unit: 'words',
      meaning: 'Runs of letters and figures, inner apostrophes and hyphens included.',
    },
    sentences: {
      unit: 'sentences',
      meaning: 'Parts with a word in them, ended by a mark or a line.',
    },
    words_per_sentence: { unit: 'words', meaning: 'Words by sentences; 0 without words.' },
    characters_per_word: {
      unit: 'code points',
      meaning: 'Mean length of a word; 0 without words.',
    },
  },
  of: ({ text, words, sentences }) => ({
    characters: codePoints(text),
    words: words.length,
    sentences: sentences.length,
    words_per_sentence: ratio(words.length, sentences.length),
    characters_per_word: ratio(
      words.reduce((sum, word) => sum + codePoints(word), 0),
      words.length,
    ),
  }),
};

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
