import { settingsSchema } from '@millrace/shared/contracts/settings';
import { aSession } from '@millrace/shared/testing/a-session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tfIdf } from './core/tf-idf.ts';
import { DataValidator } from './data-validator.ts';

const now = () => new Date(Date.UTC(2024, 2, 7, 12));
const validator = new DataValidator({ now });
const texts = [
  'The kettle clicks off before the water boils, what can I check first?',
  'Please look at the lid, a loose lid lets the steam escape too early.',
  'It closes well, but there is some white scale around the sensor inside.',
  'Scale fools the sensor; fill it with vinegar and wait for half an hour.',
  'That sounds simple enough, does the smell go away afterwards though?',
  'Boil fresh water twice and pour it out, then nothing is left of it.',
];
const vectors = (rows: number, dim = 384) =>
  Array.from({ length: rows }, (_, i) =>
    Float32Array.from({ length: dim }, (_, j) => Math.sin((i + 1) * (j + 1))),
  );
const chat = (...contents: string[]) => ({
  messages: contents.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
});

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

describe('DataValidator', () => {
  it('finds a sound set valid, with the figures that numpy and scikit-learn give', () => {
    expect(validator.validateEmbeddingData(texts, vectors(6))).toEqual({
      is_valid: true,
      message: 'Data validation successful',
      metrics: {
        num_samples: 6,
        avg_sequence_length: 13.166667,
        std_sequence_length: 1.067187,
        quality_score: 1,
        duplicate_ratio: 0,
        tfidf_score: 0.473152,
      },
      timestamp: '2024-03-07T12:00:00.000Z',
    });
  });

  it('D01 tfidf-empty: numbers, emoji and stop words are no vocabulary, and no figure is NaN', () => {
    const empty = ['1 2', '3 4', '👍', 'ok', 'yes', '!!!', 'the', 'a', 'of', 'to', 'and', 'it'];
    const { is_valid, message, metrics } = validator.validateEmbeddingData(empty, vectors(12));
    expect(is_valid).toBe(false);
    expect(message).toContain('min_unique_words is 10, found 2');
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['too few', texts.slice(0, 4), vectors(4), 'min_examples is 5, found 4'],
    ['a missing vector', texts, vectors(5), '6 texts need as many embeddings, there are 5'],
    ['small vectors', texts, vectors(6, 100), 'min_embedding_dim is 384, found 100'],
    ['large vectors', texts, vectors(6, 1024), 'max_embedding_dim is 768, found 1024'],
    [
      'NaN in a vector',
      texts,
      [...vectors(5), new Float32Array(384).fill(Number.NaN)],
      'embeddings[5] holds a value that is no finite number',
    ],
    [
      'uneven vectors',
      texts,
      [...vectors(5), ...vectors(1, 400)],
      'embeddings[5] has 400 dimensions, the first has 384',
    ],
    ['repeats', [...texts, ...texts], vectors(12), 'max_duplicate_ratio is 0.3, found 0.5'],
    [
      'an empty text',
      [...texts, ' '],
      vectors(7),
      'min_sequence_length is 1 words, 1 texts are shorter',
    ],
    ['a number', [...texts, 7], vectors(7), 'texts[6] must be a string, not number'],
  ])('tells of %s by setting, limit and value', (_, given, embeddings, message) => {
    const result = validator.validateEmbeddingData(given, embeddings);
    expect(result.is_valid).toBe(false);
    expect(result.message).toBe(message);
  });

  it('judges chats by their messages', () => {
    const chats = texts.map((text, i) => chat(text, `Answer ${i}: ${texts[(i + 1) % 6]}`));
    expect(validator.validateLlmData(chats)).toMatchObject({
      is_valid: true,
      metrics: { num_samples: 6 },
    });
    const odd = [...chats, { messages: [{ role: 'user' }] }, { text: 'x' }];
    expect(validator.validateLlmData(odd).message).toBe(
      'examples[6].messages[0].content must be a string, not absent; examples[7].messages must be a list with a message, not absent',
    );
  });

  it('judges one session as the validator does', () => {
    expect(validator.validateSession(aSession())).toMatchObject({
      is_valid: true,
      metrics: { num_samples: 12 },
    });
    expect(validator.validateSession(aSession({ messages: 9, stepSeconds: 60 }))).toMatchObject({
      is_valid: false,
      message: 'too_few_messages: limit 10, found 9',
    });
  });

  it('takes its limits from the settings', () => {
    const settings = settingsSchema.parse({ validation: { min_examples: 1 } });
    expect(
      new DataValidator({ now, settings }).validateEmbeddingData(texts.slice(0, 2), vectors(2))
        .is_valid,
    ).toBe(true);
  });

  it('gives finite figures and a reason for any texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (any) => {
        const { is_valid, message, metrics } = validator.validateEmbeddingData(
          any,
          vectors(any.length),
        );
        expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
        expect(is_valid).toBe(message === 'Data validation successful');
      }),
      { numRuns: 50 },
    );
  });
});
