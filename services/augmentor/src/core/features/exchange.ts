import { type FeatureGroup, ratio } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** Both texts of a pair, and the figures that were read from each. */
export interface Exchange {
  readonly anchor: TextFacts;
  readonly positive: TextFacts;
  readonly sentiments: { readonly anchor: number; readonly positive: number };
}

/** What the two texts of a pair are to each other: figures derived from those of each. */
export const exchange: FeatureGroup<
  Exchange,
  | 'reply_word_ratio'
  | 'reply_character_ratio'
  | 'word_overlap'
  | 'answered_share'
  | 'sentiment_shift'
> = {
  docs: {
    reply_word_ratio: {
      unit: 'words a word',
      meaning: 'Words of the reply by those of the anchor, which counts as one at least.',
    },
    reply_character_ratio: {
      unit: 'a character',
      meaning: 'The same of characters (UTF-16 units).',
    },
    word_overlap: {
      unit: '0 to 1',
      meaning: 'Jaccard index of the distinct words of anchor and reply; 0 without words.',
    },
    answered_share: {
      unit: '0 to 1',
      meaning: "Distinct words of the anchor that the reply takes up, of all of the anchor's.",
    },
    sentiment_shift: {
      unit: '-2 to 2',
      meaning: 'Sentiment of the reply less that of the anchor.',
    },
  },
  of: ({ anchor, positive, sentiments }) => {
    const [asked, replied] = [new Set(anchor.words), new Set(positive.words)];
    const both = [...asked].filter((word) => replied.has(word)).length;
    return {
      reply_word_ratio: positive.words.length / Math.max(1, anchor.words.length),
      reply_character_ratio: positive.text.length / Math.max(1, anchor.text.length),
      word_overlap: ratio(both, asked.size + replied.size - both),
      answered_share: ratio(both, asked.size),
      sentiment_shift: sentiments.positive - sentiments.anchor,
    };
  },
};
