import { expect, test } from 'vitest';
import { addCounts, countBy } from './count-by.ts';
import { distribution, rounded } from './distribution.ts';
import { textFigures } from './text-figures.ts';

test('textFigures() counts words, repetition and telling words', () => {
  // oracle: TfidfVectorizer of scikit-learn 1.6 gives rows (0.7071, 0.7071) and (0.7071, 0.7071) for two texts without a
  // common word, so the mean weight is 0.7071
  const figures = textFigures(['red apples', 'green pears']);
  expect(figures).toEqual({
    num_samples: 2,
    avg_sequence_length: 2,
    std_sequence_length: 0,
    duplicate_ratio: 0,
    tfidf_score: rounded(Math.SQRT1_2),
  });
  expect(textFigures(['Yes ', 'yes', 'no', 'maybe']).duplicate_ratio).toBe(0.25);
});

test('textFigures() stays finite for no texts and for texts without words', () => {
  for (const texts of [[], ['!!!', '?', ''], ['a', 'b']]) {
    for (const value of Object.values(textFigures(texts)))
      expect(Number.isFinite(value)).toBe(true);
  }
});

test('distribution() is that of the population', () => {
  expect(distribution([1, 2, 3, 4])).toEqual({ mean: 2.5, std: 1.118, min: 1, max: 4 });
});

test('countBy() and addCounts() add up', () => {
  expect(countBy(['b', 'a', 'b'], (x) => x)).toEqual({ a: 1, b: 2 });
  expect(addCounts({ a: 1 }, { a: 2, c: 3 })).toEqual({ a: 3, c: 3 });
});
