import { settingsSchema } from '@millrace/shared/contracts/settings';
import { aSession } from '@millrace/shared/testing/a-session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
    [
      'no vector',
      texts,
      [...vectors(5), null],
      'embeddings[5] must be a list of numbers, not null',
    ],
    ['repeats', [...texts, ...texts], vectors(12), 'max_duplicate_ratio is 0.3, found 0.5'],
    ['an empty text', [...texts, ' '], vectors(7), 'min_sequence_length is 1, found 0'],
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
    const odd = [
      ...chats,
      { messages: [{ role: 'user' }] },
      { text: 'x' },
      { messages: [] },
      { prompt: 'Why?', completion: 7 },
    ];
    expect(validator.validateLlmData(odd).message.split('; ')).toEqual([
      'examples[6].messages[0].content must be a string, not absent',
      'examples[7].messages must be a list with a message, not absent',
      'examples[8].messages must be a list with a message, not an empty list',
      'examples[9].completion must be a string, not number',
    ]);
  });

  it('reads prompt and completion as it reads messages, and a tool call without content', () => {
    const pairs = texts.map((prompt, i) => ({
      prompt,
      completion: `Answer ${i}: ${texts[i - 1]}`,
    }));
    const chats = pairs.map(({ prompt, completion }) => chat(prompt, completion));
    const result = validator.validateLlmData(pairs);
    expect(result).toEqual(validator.validateLlmData(chats));
    expect(result).toMatchObject({ is_valid: true, metrics: { num_samples: 6 } });
    const call = { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] };
    const called = chats.map(({ messages }) => ({ messages: [...messages, call] }));
    expect(validator.validateLlmData(called).is_valid).toBe(true);
  });

  it('gives the document of the format: four fields, six figures, nothing else', () => {
    for (const result of [
      validator.validateEmbeddingData(texts, vectors(6)),
      validator.validateLlmData([]),
      validator.validateSession(aSession()),
    ]) {
      expect(Object.keys(result)).toEqual(['is_valid', 'message', 'metrics', 'timestamp']);
      expect(Object.keys(result.metrics)).toEqual([
        'num_samples',
        'avg_sequence_length',
        'std_sequence_length',
        'quality_score',
        'duplicate_ratio',
        'tfidf_score',
      ]);
      expect(JSON.stringify(result.metrics)).not.toContain('null');
    }
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
