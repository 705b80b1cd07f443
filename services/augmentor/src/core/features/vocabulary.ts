import { type FeatureGroup, ratio } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** How varied a text is. */
export const vocabulary: FeatureGroup<TextFacts, 'type_token_ratio'> = {
  docs: {
    type_token_ratio: { unit: '0 to 1', meaning: 'Distinct words by words; 0 without words.' },
  },
  of: ({ words }) => ({ type_token_ratio: ratio(new Set(words).size, words.length) }),
};
