import vader from 'vader-sentiment';
import type { FeatureGroup } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** The mood of a text shows in its beginning; the package writes down 50 forms of each word it reads. */
const judgedCharacters = 4_000;
/** The package knows negations in lower case only: `Not bad`. Words of capitals stay, they are emphasis. */
const capital = /(?<!\p{L})[A-Z](?=[a-z'’])/gu;

/** How positive or negative a text sounds. */
export const sentiment: FeatureGroup<TextFacts, 'sentiment' | 'positive_share' | 'negative_share'> =
  {
    docs: {
      sentiment: {
        unit: '-1 to 1',
        meaning:
          'VADER compound score (Hutto and Gilbert, 2014), English, words only, of the first 4,000 characters; 0 for other languages.',
      },
      positive_share: { unit: '0 to 1', meaning: 'VADER: what of the text sounds positive.' },
      negative_share: { unit: '0 to 1', meaning: 'VADER: what of the text sounds negative.' },
    },
    of: ({ text }) => {
      const beginning = text
        .slice(0, judgedCharacters)
        .replaceAll('’', "'")
        .replace(capital, (letter) => letter.toLowerCase());
      const { compound, pos, neg } = vader.SentimentIntensityAnalyzer.polarity_scores(beginning);
      return { sentiment: compound, positive_share: pos, negative_share: neg };
    },
  };
