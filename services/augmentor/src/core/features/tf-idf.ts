import type { tfIdfWeights } from '@millrace/text';
import type { FeatureGroup } from './feature.ts';

/** A text, and how telling its words are among the messages of its session. */
export interface WeighedText {
  readonly text: string;
  readonly weigh: ReturnType<typeof tfIdfWeights>;
}

/** What a text says that the other messages of its session do not. */
export const tfIdf: FeatureGroup<WeighedText, 'tfidf_terms' | 'tfidf_largest' | 'tfidf_mean'> = {
  docs: {
    tfidf_terms: {
      unit: 'terms',
      meaning: 'Distinct words of two letters or more that are no stop words.',
    },
    tfidf_largest: {
      unit: '0 to 1',
      meaning:
        "Largest tf-idf weight of a term, scikit-learn's definition, each message of the session a document: near 1, one word says it all. 0 without terms.",
    },
    tfidf_mean: { unit: '0 to 1', meaning: 'Mean weight of the terms; 0 without terms.' },
  },
  of: ({ text, weigh }) => {
    const weights = weigh(text);
    const sum = weights.reduce((a, b) => a + b, 0);
    return {
      tfidf_terms: weights.length,
      tfidf_largest: weights.reduce((a, b) => Math.max(a, b), 0),
      tfidf_mean: weights.length === 0 ? 0 : sum / weights.length,
    };
  },
};
