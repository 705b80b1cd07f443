import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readBack, writeSentenceTransformer } from './export-sentence-transformer.ts';
import { readTensors, type StoredTensor, writeTensors } from './safetensors.ts';
import { readSentenceTransformer } from './sentence-transformer.ts';

let root: string;
let base: string;
let target: string;
let count = 0;

const floats = (shape: number[], ...values: number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const json = (folder: string, name: string, content: unknown) =>
  writeFileSync(join(folder, name), JSON.stringify(content));
const module = (type: string, path: string) => ({ idx: 0, name: '0', path, type });
const models = 'sentence_transformers.models';

/** A folder in the form of sentence-transformers 2.x with two tensors of weights. */
function writeBase(folder: string): void {
  mkdirSync(join(folder, '1_Pooling'), { recursive: true });
  json(folder, 'config.json', { hidden_size: 2, max_position_embeddings: 512 });
  json(folder, 'modules.json', [
    module(`${models}.Transformer`, ''),
    module(`${models}.Pooling`, '1_Pooling'),
    module(`${models}.Normalize`, '2_Normalize'),
  ]);
  json(folder, 'sentence_bert_config.json', { max_seq_length: 256, do_lower_case: false });
  json(folder, '1_Pooling/config.json', {
    word_embedding_dimension: 2,
    pooling_mode_cls_token: false,
    pooling_mode_mean_tokens: true,
    pooling_mode_max_tokens: false,
  });
  json(folder, 'tokenizer.json', { version: '1.0' });
  const positions = new Uint8Array(BigInt64Array.of(0n, 1n).buffer);
  writeTensors(
    join(folder, 'model.safetensors'),
    new Map<string, StoredTensor>([
      ['word', floats([2, 2], 1, 2, 3, 4)],
      ['pooler', floats([1], 5)],
      ['embeddings.position_ids', { dtype: 'I64', shape: [1, 2], bytes: positions }],
    ]),
  );
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'model-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  count += 1;
  base = join(root, `base-${count}`);
  target = join(root, `target-${count}`);
  writeBase(base);
});

const trained = new Map([['word', { shape: [2, 2], data: Float32Array.of(-1, -0, 0.5, 1e-30) }]]);

test('readSentenceTransformer() reads a folder and notes what is no weight', () => {
  const model = readSentenceTransformer(base);
  expect(model).toMatchObject({ dimension: 2, maxTokens: 256 });
  expect([...model.weights.keys()].sort()).toEqual(['pooler', 'word']);
  expect(model.notes).toEqual([
    'model.safetensors: embeddings.position_ids is I64, no weight: not read',
  ]);
});

test('readSentenceTransformer() reads the newer form, whose names and places differ', () => {
  json(base, 'modules.json', [
    module('sentence_transformers.base.modules.transformer.Transformer', ''),
    module('sentence_transformers.sentence_transformer.modules.pooling.Pooling', '1_Pooling'),
    module('sentence_transformers.base.modules.normalize.Normalize', '2_Normalize'),
  ]);
  json(base, '1_Pooling/config.json', { embedding_dimension: 2, pooling_mode: 'mean' });
  json(base, 'sentence_bert_config.json', { transformer_task: 'feature-extraction' });
  json(base, 'tokenizer_config.json', { model_max_length: 128 });
  expect(readSentenceTransformer(base)).toMatchObject({ dimension: 2, maxTokens: 128 });
});

test('readSentenceTransformer() notes what it assumes of a bare encoder, and of one that does not normalise', () => {
  json(base, 'modules.json', [
    module(`${models}.Transformer`, ''),
    module(`${models}.Pooling`, '1_Pooling'),
  ]);
  expect(readSentenceTransformer(base).notes).toContainEqual(expect.stringMatching(/no Normalize/));
  rmSync(join(base, 'modules.json'));
  rmSync(join(base, 'sentence_bert_config.json'));
  const bare = readSentenceTransformer(base);
  expect(bare.maxTokens).toBe(512);
  expect(bare.notes).toContainEqual(expect.stringMatching(/no modules.json/));
});

test('readSentenceTransformer() reads the prompts of questions and replies under all their names', () => {
  const read = (prompts: object) => {
    json(base, 'config_sentence_transformers.json', { prompts, default_prompt_name: null });
    return readSentenceTransformer(base).prompts;
  };
  expect(read({})).toEqual({ query: '', passage: '' });
  expect(read({ query: 'q: ', document: 'd: ' })).toEqual({ query: 'q: ', passage: 'd: ' });
  expect(read({ query: 'q: ', passage: 'p: ' })).toEqual({ query: 'q: ', passage: 'p: ' });
  expect(() => read({ query: 7 })).toThrow('the prompt query is no text');
});

const pooling = '1_Pooling/config.json';
test.each([
  ['modules.json', [module(`${models}.CLIPModel`, '')], 'module 0 is CLIPModel'],
  ['modules.json', [module(`${models}.Transformer`, '')], 'lists 1 modules'],
  ['modules.json', [module(`${models}.Transformer`, '0_T')], 'lists 1 modules'],
  [
    'modules.json',
    [module(`${models}.Transformer`, ''), module(`${models}.Pooling`, '../..')],
    'path of Pooling is not the name of a folder',
  ],
  [pooling, { word_embedding_dimension: 3 }, 'the dimension is 3, hidden_size is 2'],
  [pooling, { embedding_dimension: 2, pooling_mode: 'cls' }, 'pooling_mode is cls'],
  [
    pooling,
    { word_embedding_dimension: 2, pooling_mode_max_tokens: true },
    'pooling_mode_max_tokens is true',
  ],
  ['sentence_bert_config.json', { do_lower_case: true }, 'do_lower_case is true'],
  ['sentence_bert_config.json', { transformer_task: 'fill-mask' }, 'transformer_task is fill-mask'],
  [
    'config_sentence_transformers.json',
    { default_prompt_name: 'query' },
    'default_prompt_name is query',
  ],
  ['config.json', { hidden_size: '2' }, 'hidden_size is not a positive whole number'],
  ['config.json', [], 'config.json is not a JSON object'],
])(
  'readSentenceTransformer() refuses %s when it asks for what is not computed',
  (name, content, message) => {
    json(base, name, content);
    expect(() => readSentenceTransformer(base)).toThrow(RangeError);
    expect(() => readSentenceTransformer(base)).toThrow(message);
  },
);

test('readSentenceTransformer() refuses a folder without weights that it can read', () => {
  rmSync(join(base, 'model.safetensors'));
  expect(() => readSentenceTransformer(base)).toThrow(/no model.safetensors/);
});

test('writeSentenceTransformer() exports trained weights and keeps every other byte of the base', () => {
  const model = readSentenceTransformer(base);
  const manifest = writeSentenceTransformer(target, {
    base: model,
    weights: trained,
    readme: '# A',
  });
  expect(readBack(target, trained)).toEqual(manifest);
  expect(existsSync(`${target}.part`)).toBe(false);

  const before = readTensors(join(base, 'model.safetensors')).tensors;
  const after = readTensors(join(target, 'model.safetensors')).tensors;
  expect(after.get('pooler')).toEqual(before.get('pooler'));
  expect(after.get('embeddings.position_ids')).toEqual(before.get('embeddings.position_ids'));
  for (const name of ['config.json', 'tokenizer.json']) {
    expect(readFileSync(join(target, name))).toEqual(readFileSync(join(base, name)));
  }
  const exported = readSentenceTransformer(target);
  expect(exported).toMatchObject({ dimension: 2, maxTokens: 256, config: model.config });
  expect(exported.weights.get('word')).toEqual(trained.get('word'));
});

test('writeSentenceTransformer() gives equal bytes for equal input, whatever the folder', () => {
  const model = readSentenceTransformer(base);
  const one = writeSentenceTransformer(target, { base: model, weights: trained, readme: '# A' });
  const elsewhere = `${target}-2`;
  const two = writeSentenceTransformer(elsewhere, { base: model, weights: trained, readme: '# A' });
  expect(two.sha256).toBe(one.sha256);
});

test('writeSentenceTransformer() overwrites nothing and leaves nothing half done', () => {
  const model = readSentenceTransformer(base);
  const foreign = new Map([['lm_head', { shape: [1], data: Float32Array.of(1) }]]);
  const wrong = new Map([['word', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]);
  for (const [weights, message] of [
    [foreign, 'the base has no tensor lm_head'],
    [wrong, "tensor word has the shape [4], the base's is [2,2]"],
  ] as const) {
    expect(() => writeSentenceTransformer(target, { base: model, weights, readme: '' })).toThrow(
      message,
    );
    expect(existsSync(target) || existsSync(`${target}.part`)).toBe(false);
  }
  expect(() =>
    writeSentenceTransformer(base, { base: model, weights: trained, readme: '' }),
  ).toThrow(/exists already/);
});

test('readBack() finds a changed bit, a changed card, a lost and an added file', () => {
  const model = readSentenceTransformer(base);
  writeSentenceTransformer(target, { base: model, weights: trained, readme: '# A' });
  const spoiled = (change: (folder: string) => void): (() => void) => {
    const copy = mkdtempSync(join(root, 'copy-'));
    cpSync(target, copy, { recursive: true });
    change(copy);
    return () => readBack(copy, trained);
  };
  const flip = (folder: string) => {
    const file = join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };
  expect(spoiled(flip)).toThrow(/model.safetensors is not what MANIFEST.json says/);
  expect(spoiled((copy) => writeFileSync(join(copy, 'README.md'), '# B'))).toThrow(/README.md/);
  expect(spoiled((copy) => rmSync(join(copy, 'config.json')))).toThrow(/config.json is missing/);
  expect(spoiled((copy) => writeFileSync(join(copy, 'x'), ''))).toThrow(/x is not in MANIFEST/);
  const other = new Map([['word', { shape: [2, 2], data: Float32Array.of(-1, 0, 0.5, 1e-30) }]]);
  expect(() => readBack(target, other)).toThrow(/tensor word is not what was written/);
});
