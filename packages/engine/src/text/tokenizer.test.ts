import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordPieceTokenizer } from './tokenizer.ts';

const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '[', ']', 'sep', 'mask', 'hello'];
const vocabulary = Object.fromEntries([...tokens, 'world', '##ly', '!'].map((t, id) => [t, id]));
const special = (content: string) => ({
  id: vocabulary[content],
  content,
  special: true,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
});
const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } });

const definition = {
  version: '1.0',
  truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
  padding: { strategy: { Fixed: 8 }, direction: 'Right', pad_id: 0, pad_token: '[PAD]' },
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(special),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [token('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, token('[SEP]')],
    pair: [],
    special_tokens: {},
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: vocabulary,
  },
};
const tokenizer = wordPieceTokenizer(definition);
const [CLS, SEP] = [2, 3];

test('encode() frames the pieces of a text, and is not bent by the padding of the file', () => {
  expect(tokenizer.encode('Hello worldly!', 16)).toEqual([CLS, 9, 10, 11, 12, SEP]);
  expect(tokenizer.encode('', 16)).toEqual([CLS, SEP]);
});

test('encode() takes special tokens that people typed for text', () => {
  expect(tokenizer.encode('hello [SEP] [MASK]', 16)).toEqual([CLS, 9, 5, 7, 6, 5, 8, 6, SEP]);
});

test('encode() has no special token inside and keeps its frame, whatever the text and the limit', () => {
  const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 20 }); // lone surrogates as well
  const text = fc.oneof(
    units.map((codes) => String.fromCharCode(...codes)),
    fc.array(fc.constantFrom(...tokens, ' ', 'world')).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 12 }), (line, maxTokens) => {
      const ids = tokenizer.encode(line, maxTokens);
      const inside = ids.slice(1, -1);
      expect([ids[0], ids.at(-1)]).toEqual([CLS, SEP]);
      expect(ids.length).toBe(Math.min(maxTokens, tokenizer.count(line)));
      expect(inside.filter((id) => id === CLS || id === SEP || id === 0 || id === 4)).toEqual([]);
    }),
  );
});

test('encode() refuses a limit without room for its frame', () => {
  expect(() => tokenizer.encode('hello', 1)).toThrow(RangeError);
});

test.each([
  ['model', { model: { type: 'BPE' } }, 'model is BPE, only WordPiece is read'],
  ['normalizer', { normalizer: null }, 'normalizer is null, only BertNormalizer is read'],
  ['pre_tokenizer', { pre_tokenizer: { type: 'ByteLevel' } }, 'pre_tokenizer is ByteLevel'],
  ['post_processor', { post_processor: { type: 'ByteLevel' } }, 'post_processor is ByteLevel'],
  [
    'a template',
    { post_processor: { type: 'TemplateProcessing', single: [token('[CLS]')] } },
    'post_processor.single is not one token, text, one token',
  ],
])('wordPieceTokenizer() refuses another %s and names it', (_, change, message) => {
  expect(() => wordPieceTokenizer({ ...definition, ...change })).toThrow(message);
});

test('wordPieceTokenizer() reads the processor of older files and refuses tokens outside the vocabulary', () => {
  const older = { type: 'BertProcessing', cls: ['[CLS]', CLS], sep: ['[SEP]', SEP] };
  const same = wordPieceTokenizer({ ...definition, post_processor: older });
  expect(same.encode('hello', 8)).toEqual([CLS, 9, SEP]);
  const foreign = { ...older, cls: ['<s>', 0] };
  expect(() => wordPieceTokenizer({ ...definition, post_processor: foreign })).toThrow(
    '<s> is not in the vocabulary',
  );
});
