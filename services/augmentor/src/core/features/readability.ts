import type { FeatureGroup } from './feature.ts';
import { syllablesOf } from './syllables.ts';
import type { TextFacts } from './text-facts.ts';

/** Where both scales end: a word of 10,000 letters is no harder to read than one of 100. */
const ease = { least: -100, most: 121.22 };
const grade = { least: -20, most: 40 };

/** How hard a text is to read, by two formulas: one counts syllables, which are guessed, the other letters. */
export const readability: FeatureGroup<TextFacts, 'reading_ease' | 'reading_grade'> = {
  docs: {
    reading_ease: {
      unit: `${ease.least} to ${ease.most}`,
      meaning:
        'Flesch reading ease, 206.835 - 1.015 words/sentences - 84.6 syllables/words (Flesch, A new readability yardstick, 1948); the higher, the easier; 0 without words.',
    },
    reading_grade: {
      unit: `${grade.least} to ${grade.most}, school years`,
      meaning:
        'Coleman-Liau index, 5.88 letters/words - 29.6 sentences/words - 15.8 (Coleman and Liau, 1975); 0 without words.',
    },
  },
  of: ({ words, sentences }) => {
    const [count, parts] = [words.length, sentences.length];
    if (count === 0 || parts === 0) return { reading_ease: 0, reading_grade: 0 };
    const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
    const letters = words.reduce((sum, word) => sum + word.replace(/['’-]/g, '').length, 0);
    return {
      reading_ease: within(ease, 206.835 - (1.015 * count) / parts - (84.6 * syllables) / count),
      reading_grade: within(grade, (5.88 * letters) / count - (29.6 * parts) / count - 15.8),
    };
  },
};

const within = ({ least, most }: { least: number; most: number }, value: number): number =>
  Math.min(most, Math.max(least, value));
