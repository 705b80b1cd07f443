import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { modelSha256, sentenceTransformerSha256 } from './model-digest.ts';

const root = mkdtempSync(join(tmpdir(), 'millrace-digest-'));
let folder: string;
let count = 0;
afterAll(() => rmSync(root, { recursive: true }));

const modules = ['Transformer', 'Pooling'].map((kind, i) => ({
  type: `sentence_transformers.models.${kind}`,
  path: ['', 'pool'][i],
}));
const files = {
  'config.json': '{}',
  'model.safetensors': 'weights',
  'tokenizer.json': '{}',
  'tokenizer_config.json': '{}',
  'sentence_bert_config.json': '{}',
  'config_sentence_transformers.json': '{}',
  'modules.json': JSON.stringify(modules),
  'pool/config.json': '{}',
};
beforeEach(() => {
  folder = join(root, `${count++}`);
  mkdirSync(join(folder, 'pool'), { recursive: true });
  for (const [name, content] of Object.entries(files)) write(name, content);
});
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

test('sentenceTransformerSha256() is another one when any file that is read is, and by no other', () => {
  const before = sentenceTransformerSha256(folder);
  for (const [name, content] of Object.entries(files)) {
    write(name, `${content} `);
    expect(sentenceTransformerSha256(folder), name).not.toBe(before);
    write(name, content);
  }
  write('README.md', 'read me');
  expect(sentenceTransformerSha256(folder)).toBe(before);
  rmSync(join(folder, 'tokenizer_config.json'));
  expect(sentenceTransformerSha256(folder)).not.toBe(before);
});

test('sentenceTransformerSha256() tells an unpooled folder from a pooled one, and content from names', () => {
  const before = sentenceTransformerSha256(folder);
  rmSync(join(folder, 'modules.json'));
  const bare = sentenceTransformerSha256(folder);
  expect(bare).not.toBe(before);
  renameSync(join(folder, 'sentence_bert_config.json'), join(folder, 'kept'));
  expect(sentenceTransformerSha256(folder)).not.toBe(bare);
});

test('modelSha256() says that pickled weights are not read, and what to do', () => {
  const away = join(folder, 'away');
  renameSync(join(folder, 'model.safetensors'), away);
  writeFileSync(join(folder, 'pytorch_model.bin'), '');
  expect(() => sentenceTransformerSha256(folder)).toThrow(/pytorch_model\.bin.*save_pretrained/);
  renameSync(away, join(folder, 'model.safetensors'));
});

test('modelSha256() names what is missing', () => {
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'pool/config.json']) {
    const away = join(folder, 'away');
    renameSync(join(folder, name), away);
    expect(() => sentenceTransformerSha256(folder)).toThrow(`${folder} has no ${name}`);
    renameSync(away, join(folder, name));
  }
  // sha256sum config.json | sha256sum
  expect(modelSha256(folder, { required: ['config.json'] })).toBe(
    'f0c39c917b58f5653c97df32cdd5ccd76fea1db8b14bff451fa1efa7b73b2553',
  );
});
