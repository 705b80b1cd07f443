import { readFileSync } from 'node:fs';
import { tfIdfWeights } from '@millrace/text';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readability } from './readability.ts';
import { sentiment } from './sentiment.ts';
import { syllablesOf } from './syllables.ts';
import { textFacts } from './text-facts.ts';
import { tfIdf } from './tf-idf.ts';

const number = z.number();
const golden = z
  .object({
    texts: z.array(
      z.object({
        text: z.string(),
        reading_ease: number,
        reading_grade: number,
        syllables: number,
        sentiment: number,
        positive_share: number,
        negative_share: number,
        tfidf_terms: number,
        tfidf_largest: number,
        tfidf_mean: number,
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../../golden/features.json', import.meta.url), 'utf8')),
  );

test("tf-idf equals scikit-learn's", () => {
  const weigh = tfIdfWeights(golden.texts.map(({ text }) => text));
  for (const row of golden.texts) {
    const found = tfIdf.of({ text: row.text, weigh });
    expect(found.tfidf_terms).toBe(row.tfidf_terms);
    expect(found.tfidf_largest).toBeCloseTo(row.tfidf_largest, 5);
    expect(found.tfidf_mean).toBeCloseTo(row.tfidf_mean, 5);
  }
});

test("sentiment equals the authors' own program", () => {
  for (const row of golden.texts) {
    const found = sentiment.of(textFacts(row.text));
    expect(found.sentiment, row.text).toBeCloseTo(row.sentiment, 3);
    expect(Math.abs(found.positive_share - row.positive_share), row.text).toBeLessThan(0.0011);
    expect(Math.abs(found.negative_share - row.negative_share), row.text).toBeLessThan(0.0011);
  }
});

test('the reading grade equals that of textstat', () => {
  for (const row of golden.texts)
    expect(readability.of(textFacts(row.text)).reading_grade, row.text).toBeCloseTo(
      row.reading_grade,
      1,
    );
});

test('the reading ease is near that of textstat, which looks syllables up', () => {
  const apart = golden.texts.map((row) =>
    Math.abs(readability.of(textFacts(row.text)).reading_ease - row.reading_ease),
  );
  const wrong = golden.texts.map(({ text, syllables }) => {
    const found = textFacts(text).words.reduce((sum, word) => sum + syllablesOf(word), 0);
    return Math.abs(found - syllables) / syllables;
  });
  expect(apart.reduce((a, b) => a + b, 0) / apart.length).toBeLessThan(3);
  expect(wrong.reduce((a, b) => a + b, 0) / wrong.length).toBeLessThan(0.02);
});
