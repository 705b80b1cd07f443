import vader from 'vader-sentiment';
import type { FeatureGroup } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

const { SentimentIntensityAnalyzer: analyzer } = vader;
/** The mood of a text shows in its first pages. */
const judgedCharacters = 20_000;
/** The package knows negations in lower case only: `Not bad`. Words of capitals stay, they are emphasis. */
const capital = /(?<!\p{L})[A-Z](?=[a-z'’])/gu;
const outerSigns = /^[!-/:-@[-`{-~]+|(?<![!-/:-@[-`{-~])[!-/:-@[-`{-~]+$/g;
const isShouted = (word: string): boolean => /[A-Z]/.test(word) && !/[a-z]/.test(word);

/** How positive or negative a text sounds. */
export const sentiment: FeatureGroup<TextFacts, 'sentiment' | 'positive_share' | 'negative_share'> =
  {
    docs: {
      sentiment: {
        unit: '-1 to 1',
        meaning:
          'VADER compound score (Hutto and Gilbert, 2014), of English words, of the first 20,000 characters; 0 for other languages.',
      },
      positive_share: { unit: '0 to 1', meaning: 'VADER: what of the text sounds positive.' },
      negative_share: { unit: '0 to 1', meaning: 'VADER: what of the text sounds negative.' },
    },
    of: ({ text: whole }) => {
      const text = whole.slice(0, judgedCharacters);
      const words = wordsOf(text);
      const shouted = words.filter(isShouted).length;
      const reading = {
        words_and_emoticons: words,
        is_cap_diff: shouted > 0 && shouted < words.length,
      };
      let valences: number[] = [];
      for (const [i, word] of words.entries())
        valences = analyzer.sentiment_valence(0, reading, word, i, valences);
      const { compound, pos, neg } = analyzer.score_valence(
        analyzer.but_check(words, valences),
        text,
      );
      return { sentiment: compound, positive_share: pos, negative_share: neg };
    },
  };

/**
 * As the authors' program parts a text: at blanks, signs around a word taken off, emoticons left. The package's own way writes
 * down 50 forms of each word, which took 250 of 300 us a message.
 */
function wordsOf(text: string): string[] {
  const plain = text.replaceAll('’', "'").replace(capital, (letter) => letter.toLowerCase());
  return plain
    .split(/\s+/u)
    .filter((token) => token !== '')
    .map((token) => {
      const word = token.replace(outerSigns, '');
      return word.length <= 2 ? token : word;
    });
}
