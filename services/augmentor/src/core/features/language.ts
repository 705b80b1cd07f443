import { proseWords } from '@millrace/text';
import { foreignPart } from '@millrace/text/language';
import { type FeatureGroup, ratio } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** What language a text is in, as far as figures can say. */
export const language: FeatureGroup<TextFacts, 'other_language_share' | 'latin_share'> = {
  docs: {
    other_language_share: {
      unit: '0 to 1',
      meaning:
        'Letters in another language than English, of all: code, links and names left out, of the first 20,000 characters; 0 where too little is said to tell.',
    },
    latin_share: { unit: '0 to 1', meaning: 'Letters of Latin script, of all; 0 without letters.' },
  },
  of: ({ text }) => ({
    other_language_share: foreignPart(proseWords(text), ['en'])?.share ?? 0,
    latin_share: ratio(
      text.match(/(?=\p{L})\p{Script=Latin}/gu)?.length ?? 0,
      text.match(/\p{L}/gu)?.length ?? 0,
    ),
  }),
};
