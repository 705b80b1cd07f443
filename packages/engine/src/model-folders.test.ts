import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { readTensors, writeTensors } from './formats/safetensors.ts';
import { maskedLanguageModel } from './masked-language-model.ts';
import { checkMarianFolder, checkMaskedFolder } from './model-folders.ts';
import { maskedFolders, maskedGolden } from './testing/masked-golden.ts';
import { tinyMarian } from './testing/tiny-marian.ts';
import { translationModel } from './translation-model.ts';

const temporary = mkdtempSync(join(tmpdir(), 'millrace-folders-'));
let backend: Backend;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(() => rmSync(temporary, { recursive: true }));

/** What is done to a folder that was whole. */
type Fault = (folder: string) => void;

const without =
  (name: string): Fault =>
  (folder) =>
    rmSync(join(folder, name));
const cut =
  (name: string, bytes: number): Fault =>
  (folder) =>
    writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, bytes));
const says =
  (name: string, text: string): Fault =>
  (folder) =>
    writeFileSync(join(folder, name), text);
const fields =
  (name: string, changed: object): Fault =>
  (folder) => {
    const known = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    writeFileSync(join(folder, name), JSON.stringify({ ...known, ...changed }));
  };
const tensor =
  (name: string, rows: number | null): Fault =>
  (folder) => {
    const file = join(folder, 'model.safetensors');
    const { tensors } = readTensors(file);
    const one = tensors.get(name);
    if (one === undefined) throw new TypeError(`there is no ${name}`);
    const [all = 1, ...rest] = one.shape;
    const bytes = one.bytes.subarray(0, (one.bytes.length / all) * (rows ?? 0));
    if (rows === null) tensors.delete(name);
    else tensors.set(name, { ...one, shape: [rows, ...rest], bytes });
    writeTensors(file, tensors);
  };
const asFloats64: Fault = (folder) => {
  const file = join(folder, 'model.safetensors');
  const { tensors } = readTensors(file);
  tensors.set('more', { dtype: 'F64', shape: [1], bytes: new Uint8Array(8) });
  writeTensors(file, tensors);
};
const token =
  (text: string, id: number): Fault =>
  (folder) => {
    const file = join(folder, 'tokenizer.json');
    const known = JSON.parse(readFileSync(file, 'utf8'));
    known.model.vocab[text] = id;
    writeFileSync(file, JSON.stringify(known));
  };

function copyOf(folder: string, fault: Fault): string {
  const copy = mkdtempSync(join(temporary, 'model-'));
  cpSync(folder, copy, { recursive: true });
  fault(copy);
  return copy;
}

async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('checkMarianFolder()', () => {
  const { folder } = tinyMarian();

  it('has nothing to say of a whole folder, with or without generation_config.json', () => {
    checkMarianFolder(folder);
    checkMarianFolder(copyOf(folder, tensor('final_logits_bias', null)));
    expect(() =>
      checkMarianFolder(copyOf(folder, without('generation_config.json'))),
    ).not.toThrow();
  });

  it.each<[string, Fault, RegExp]>([
    ['no config', without('config.json'), /has no config\.json/],
    ['a config that is cut', cut('config.json', 40), /config\.json is not JSON/],
    ['another net', fields('config.json', { model_type: 'bart' }), /model_type is bart, only mari/],
    ['no weights', without('model.safetensors'), /has no model\.safetensors$/],
    [
      'pickled weights',
      (at) => renameSync(join(at, 'model.safetensors'), join(at, 'pytorch_model.bin')),
      /only pytorch_model\.bin, which is not read; write it with/,
    ],
    ['weights that are cut', cut('model.safetensors', 20_000), /the header describes \d+ bytes/],
    ['a header that is cut', cut('model.safetensors', 100), /does not fit the file's 100/],
    ['empty weights', cut('model.safetensors', 0), /0 bytes are too few for a header/],
    ['weights of 64 bits', asFloats64, /more is F64; weights must be/],
    [
      'a tensor too few',
      tensor('model.decoder.layers.1.fc2.bias', null),
      /no tensor model\.decoder\.layers\.1\.fc2\.bias/,
    ],
    [
      'a word table that is too short',
      tensor('model.shared.weight', 140),
      /is \(140, 16\), not \(/,
    ],
    [
      'a bias of another vocabulary',
      tensor('final_logits_bias', 0),
      /final_logits_bias is \(0, 146/,
    ],
    ['no pieces', without('source.spm'), /has no source\.spm/],
    ['pieces that are cut', cut('source.spm', 1000), /source\.spm cannot be read: /],
    ['no vocabulary', without('vocab.json'), /has no vocab\.json/],
    ['no settings of the tokenizer', without('tokenizer_config.json'), /has no tokenizer_config\./],
    [
      'more tokens than rows',
      fields('vocab.json', { more: 146 }),
      /vocab\.json has 147 tokens, the word table 146 rows/,
    ],
    [
      'a vocabulary of another model',
      fields('vocab.json', { '<pad>': 12 }),
      /has <pad> at 12, config\.json says 145 \(pad_token_id\): they are of two models/,
    ],
    [
      'no end of a text',
      fields('config.json', { eos_token_id: 7 }),
      /has <\/s> at 0, config\.json says 7/,
    ],
    ['a number that is none', fields('vocab.json', { more: 0.5 }), /a piece has no number/],
    [
      'settings that are not computed',
      fields('generation_config.json', { do_sample: true }),
      /do_sam/,
    ],
  ])('says of %s what opening would say', async (_, fault, why) => {
    const faulty = copyOf(folder, fault);
    const message = await messageOf(() => checkMarianFolder(faulty));
    expect(message).toMatch(why);
    expect(message).not.toContain('\n');
    expect(await messageOf(() => translationModel({ backend, folder: faulty }))).toBe(message);
  });
});

describe('checkMaskedFolder()', () => {
  const { folder } = maskedGolden('tiny-masked-bert');

  it.each(maskedFolders)('has nothing to say of %s', (name) => {
    expect(() => checkMaskedFolder(maskedGolden(name).folder)).not.toThrow();
  });

  it.each<[string, Fault, RegExp]>([
    ['no config', without('config.json'), /has no config\.json/],
    ['a config that is cut', cut('config.json', 40), /config\.json is not JSON/],
    ['another net', fields('config.json', { model_type: 'gpt2' }), /model_type is gpt2; masked/],
    ['no weights', without('model.safetensors'), /has no model\.safetensors/],
    ['weights that are cut', cut('model.safetensors', 9000), /the header describes \d+ bytes/],
    [
      'a header that is no JSON',
      says('model.safetensors', `${'\u0002'.padEnd(8, '\0')}no`),
      /not JSON/,
    ],
    ['an encoder alone', tensor('cls.predictions.transform.dense.weight', null), /only an encoder/],
    ['a tensor too few', tensor('cls.predictions.bias', null), /no tensor cls\.predictions\.bias/],
    [
      'a word table that is too short',
      tensor('bert.embeddings.word_embeddings.weight', 50),
      /word_embeddings\.weight is \(50, \d+\), not/,
    ],
    ['no tokenizer', without('tokenizer.json'), /has no tokenizer\.json/],
    ['a tokenizer that is cut', cut('tokenizer.json', 500), /tokenizer\.json is not JSON/],
    ['another tokenizer', fields('tokenizer.json', { model: { type: 'BPE' } }), /model is BPE/],
    ['more tokens than rows', token('another', 9000), /has 9001 tokens, the word table \d+ rows/],
  ])('says of %s what opening would say', async (_, fault, why) => {
    const faulty = copyOf(folder, fault);
    const message = await messageOf(() => checkMaskedFolder(faulty));
    expect(message).toMatch(why);
    expect(message).not.toContain('\n');
    expect(await messageOf(() => maskedLanguageModel({ backend, folder: faulty }))).toBe(message);
  });
});
