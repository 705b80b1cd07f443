import { settingsSchema } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { expect, test, vi } from 'vitest';
import { DataAugmentor } from './data-augmentor.ts';

vi.setConfig({ testTimeout: 60_000 });

const texts = [
  'I really want to book a cheap apartment in Berlin for 2 nights',
  'Can you please find something very close to the station?',
  'ok',
  'I think that it is a really important movie, but I did not buy the ticket',
  'ok',
];

/** Unit vectors by the hash of a text's words: equal texts have equal ones, one word changes little. */
const dimension = 32;
const vectorOf = (text: string): number[] => {
  const sum = new Array<number>(dimension).fill(0);
  for (const word of ['', ...text.split(' ')]) {
    const bits = sha256Hex(word);
    for (let i = 0; i < dimension; i++)
      sum[i] = (sum[i] ?? 0) + Number.parseInt(bits.slice(i, i + 2), 16) / 128;
  }
  const length = Math.hypot(...sum);
  return sum.map((x) => x / length);
};
const encoder: Encoder = {
  encode: async (list) => ({ dimension, rows: Float32Array.from(list.flatMap(vectorOf)) }),
};
const settings = settingsSchema.parse({ augmentation: { copies_per_example: 2 } });
const augmentor = new DataAugmentor({ settings, encoder });

test('augmentEmbeddingData() gives originals as they are, each followed by its copies and their vectors', async () => {
  const made = await augmentor.augmentEmbeddingData(texts, texts.map(vectorOf));
  const originals = made.records.flatMap((record, i) => (record.parent_id === null ? [i] : []));
  expect(originals.map((i) => made.texts[i])).toEqual(texts);
  expect(made.gate).toBe('encoder');
  expect(made.texts.length).toBeGreaterThan(texts.length + 2);
  for (const [i, record] of made.records.entries()) {
    expect(made.embeddings?.[i]).toHaveLength(dimension);
    const expected = Array.from(Float32Array.from(vectorOf(made.texts[i] ?? '')));
    if (record.parent_id === null) expect(record.vector).toBe('given');
    else {
      expect(record.vector).toBe('encoded');
      expect(made.embeddings?.[i]).toEqual(expected);
      expect(record.similarity).toBeGreaterThan(0.9);
    }
  }
  expect(new Set(made.texts).size).toBe(made.texts.length - 1); // only `ok` is there twice
});

test('augmentEmbeddingData() gives no vector of another model, and says why there is none', async () => {
  const sizes = async (vectors: number[][] | null, with_encoder = true) => {
    const made = await new DataAugmentor({
      settings,
      ...(with_encoder && { encoder }),
    }).augmentEmbeddingData(texts, vectors);
    const copies = made.records.flatMap((record, i) =>
      record.parent_id === null ? [] : [{ record, vector: made.embeddings?.[i] ?? null }],
    );
    expect(copies.length).toBeGreaterThan(2);
    for (const { vector } of copies) expect(vector).toBeNull();
    return { gate: made.gate, origins: new Set(copies.map(({ record }) => record.vector)) };
  };
  const foreign = texts.map((text) => vectorOf(`${text} elsewhere and otherwise`).reverse());
  expect(await sizes(foreign)).toEqual({ gate: 'encoder', origins: new Set(['other_model']) });
  const longer = texts.map((text) => vectorOf(text).map((x) => x * 3));
  expect((await sizes(longer)).origins).toEqual(new Set(['other_model']));
  expect((await sizes(texts.map(() => [1, 0]))).origins).toEqual(new Set(['other_model']));
  expect((await sizes(null)).origins).toEqual(new Set(['none']));
  const without = await sizes(texts.map(vectorOf), false);
  expect(without).toEqual({ gate: 'rules', origins: new Set(['no_encoder']) });
  await expect(augmentor.augmentEmbeddingData(texts, [])).rejects.toThrow(RangeError);
});

test('augmentEmbeddingData() makes of an example what its id and text say, in any order', async () => {
  const byParent = async (list: readonly string[]) => {
    const { texts: all, records } = await augmentor.augmentEmbeddingData(list);
    return new Set(records.map((record, i) => JSON.stringify([record, all[i]])));
  };
  const distinct = [...new Set(texts)];
  expect(await byParent([...distinct].reverse())).toEqual(await byParent(distinct));
  const named = await augmentor.augmentEmbeddingData(['ok', 'ok'], null, ['a', 'b']);
  expect(named.records.map((record) => record.example_id)).toEqual(['a', 'b']);
});

test('augmentLlmData() changes what users said and nothing else', async () => {
  const chat = {
    id: 'chat 1',
    messages: [
      { role: 'system' as const, content: 'You really want to book a cheap apartment.' },
      { role: 'user' as const, content: texts[0] ?? '' },
      { role: 'assistant' as const, content: 'I really think that it is a very cheap apartment.' },
      { role: 'user' as const, content: texts[1] ?? '' },
      { role: 'assistant' as const, content: 'There is really one.' },
    ],
  };
  const completion = { prompt: texts[3] ?? '', completion: 'I really think so.' };
  const made = await augmentor.augmentLlmData([chat, completion]);
  expect(made.examples.length).toBe(made.records.length);
  const originals = new Map(
    made.records.flatMap((record, i) =>
      record.parent_id === null ? [[record.example_id, made.examples[i]?.messages]] : [],
    ),
  );
  expect(originals.get('chat 1')).toEqual(chat.messages);
  const copies = made.records.flatMap((record, i) =>
    record.parent_id === null ? [] : [{ record, messages: made.examples[i]?.messages ?? [] }],
  );
  expect(copies.length).toBeGreaterThan(2);
  for (const { record, messages } of copies) {
    const parent = originals.get(record.parent_id ?? '') ?? [];
    expect(record.changed_messages.length).toBeGreaterThan(0);
    for (const [i, message] of messages.entries()) {
      const isChanged = record.changed_messages.includes(i);
      expect(message.content === parent[i]?.content).toBe(!isChanged);
      expect(message.role).toBe(parent[i]?.role);
      if (isChanged) expect(message.role).toBe('user');
    }
  }
  expect(new Set(made.records.map((record) => record.example_id)).size).toBe(made.records.length);
  expect(await augmentor.augmentLlmData([chat, completion])).toEqual(made);
});

test('augmentLlmData() names the example that is none', async () => {
  const wrong: unknown = [{ prompt: 'a', completion: 'b' }, { messages: [{ role: 'owner' }] }];
  // as a caller without types may do
  await expect(Reflect.apply(augmentor.augmentLlmData, augmentor, [wrong])).rejects.toThrow(
    'examples[1]',
  );
});

test('augmentEmbeddingData() asks the masked language model that the settings name, and refuses without it', async () => {
  const augmentation = { techniques: ['contextual'], contextual: { masked_lm: 'some' } };
  const asking = settingsSchema.parse({ augmentation });
  const likely = ['really', 'truly'];
  const maskedLm: MaskedLm = {
    predict: async (questions) =>
      questions.map(() => likely.map((word) => ({ word, logProbability: -1 }))),
  };
  const by = async (model: { readonly maskedLm?: MaskedLm }) =>
    (await new DataAugmentor({ settings: asking, encoder, ...model }).augmentEmbeddingData(texts))
      .techniques['contextual'];
  expect(await by({ maskedLm })).toMatchObject({ accepted: 2 });
  expect(await by({})).toEqual({ proposed: 5, accepted: 0, refused: { no_masked_lm: 5 } });
});
