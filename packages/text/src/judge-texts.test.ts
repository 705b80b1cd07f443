import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTexts, measureTexts } from './judge-texts.ts';
import { tfIdf } from './tf-idf.ts';

const texts = [
  'The kettle clicks off before the water boils, what can I check first?',
  'Please look at the lid, a loose lid lets the steam escape too early.',
  'It closes well, but there is some white scale around the sensor inside.',
  'Scale fools the sensor; fill it with vinegar and wait for half an hour.',
  'That sounds simple enough, does the smell go away afterwards though?',
  'Boil fresh water twice and pour it out, then nothing is left of it.',
];
const limits = {
  min_examples: 5,
  min_unique_words: 10,
  quality_threshold: 0.7,
  max_duplicate_ratio: 0.3,
  min_tfidf_score: 0.1,
};

describe('tfIdf()', () => {
  it('agrees with scikit-learn 1.9.1 on the largest weight of each text and on the vocabulary', () => {
    // TfidfVectorizer(stop_words='english', token_pattern=r'(?u)\b(?=\w*[^\W\d_])\w\w+\b').fit_transform(texts).max(axis=1)
    const expected = [
      0.4702040278436694, 0.5647273847899112, 0.47647419687686043, 0.39513811321334985,
      0.447213595499958, 0.42551236291980926, 1.0, 0.7425267892010167,
    ];
    const found = tfIdf([...texts, 'ok', 'Water, water and 42 times the lid']);
    expect(found.vocabulary).toBe(34);
    for (const [i, weight] of found.largest.entries())
      expect(weight).toBeCloseTo(expected[i] ?? 0, 12);
  });
});

describe('judgeTexts()', () => {
  it('gives the figures that numpy and scikit-learn give, and no problem for a sound set', () => {
    expect(judgeTexts(texts, limits)).toEqual({
      metrics: {
        num_samples: 6,
        avg_sequence_length: 13.166667,
        std_sequence_length: 1.067187,
        quality_score: 1,
        duplicate_ratio: 0,
        tfidf_score: 0.473152,
      },
      problems: [],
    });
  });

  it.each([
    ['min_examples', 7, 6],
    ['min_unique_words', 100, 32],
    ['quality_threshold', 1.1, 1],
    ['max_duplicate_ratio', -0.1, 0],
    ['min_tfidf_score', 0.5, 0.473152],
  ])('tells of %s with limit, value and setting', (name, limit, value) => {
    const { problems } = judgeTexts(texts, { ...limits, [name]: limit });
    expect(problems).toEqual([
      { what: expect.any(String), limit, value, setting: `validation.${name}` },
    ]);
  });

  it('has finite figures for any texts, in [0, 1] where they are shares', () => {
    const odd = fc.oneof(fc.string(), fc.constantFrom('', '👍', '!!!', '1 2', 'the'));
    fc.assert(
      fc.property(fc.array(odd), (any) => {
        const metrics = measureTexts(any);
        expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
        const { quality_score, duplicate_ratio, tfidf_score } = metrics;
        for (const share of [quality_score, duplicate_ratio, tfidf_score]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
