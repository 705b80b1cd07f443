import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { tfjsEngine } from './kernels/tfjs-engine.ts';
import { largestDifference } from './testing/difference.ts';
import { type MarianNumbers, marianNumbers } from './testing/marian-numbers.ts';
import { tinyMarian } from './testing/tiny-marian.ts';
import { readMarianTokenizer } from './text/marian-tokenizer.ts';
import { translationModel } from './translation-model.ts';

const golden = tinyMarian();
const temporary = mkdtempSync(join(tmpdir(), 'millrace-marian-'));
let backend: Backend;
let numbers: MarianNumbers;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use
beforeAll(async () => {
  backend = await openBackend();
  numbers = marianNumbers(tfjsEngine(backend.tf), golden);
});
afterAll(() => rmSync(temporary, { recursive: true }));

/** The golden folder with one JSON file changed; null leaves a field out. */
function changed(name: string, fields: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(temporary, 'model-'));
  cpSync(golden.folder, folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));
  return folder;
}

describe('a Marian net on wasm', () => {
  it('encodes as PyTorch does', () => {
    for (const [i, wanted] of golden.encoder.entries())
      expect(largestDifference(numbers.encoder[i] ?? [], wanted)).toBeLessThan(2e-5);
  });

  it.each(['relu', 'gelu'] as const)('knows %s', (activation) => {
    const { encoder } = marianNumbers(tfjsEngine(backend.tf), golden, activation);
    const wanted = golden.activations[activation];
    expect(largestDifference(encoder[0] ?? [], wanted)).toBeLessThan(2e-5);
  });

  it('gives the logits of PyTorch, token after token', () => {
    for (const [i, wanted] of golden.logits.entries()) {
      const found = [0, 4, 8].flatMap((time) => [...(numbers.logits[i]?.[time] ?? [])]);
      expect(largestDifference(found, wanted)).toBeLessThan(5e-5);
    }
  });

  it.each(golden.searches)('answers as generate does: $settings', ({ settings, tokens }) => {
    expect(numbers.answers(settings)).toEqual(tokens);
  });
});

describe('translationModel()', () => {
  it('translates as generate does, in any order and batch', async () => {
    const wanted = golden.searches.find(
      ({ settings: s }) => s.num_beams === 4 && s.max_length === 24,
    );
    const { decode } = readMarianTokenizer(golden.folder);
    const texts = wanted?.tokens.map((tokens) => (tokens.length < 23 ? decode(tokens) : null));
    const model = await translationModel({ backend, folder: golden.folder });
    expect(await model.translate(golden.texts)).toEqual(texts);
    const backwards = await model.translate([...golden.texts].reverse(), { batchSize: 3 });
    expect(backwards.reverse()).toEqual(texts);
    model.dispose();
    model.dispose();
  });

  it('gives none for a source over its positions, and for an answer that does not end in time', async () => {
    const model = await translationModel({ backend, folder: golden.folder });
    const { tokens = [] } = golden.searches.find(({ settings }) => settings.num_beams === 4) ?? {};
    const at = tokens.findIndex(({ length }) => length < 20);
    const text = golden.texts[at] ?? '';
    const length = tokens[at]?.length ?? 0;
    expect(length).toBeGreaterThan(0);
    const answers = await model.translate([text.repeat(30), text]);
    expect(answers).toEqual([null, expect.any(String)]);
    expect(await model.translate([text], { maxTokens: () => length })).toEqual([null]);
    expect(await model.translate([])).toEqual([]);
    model.dispose();
  });

  it('stops between two batches with the reason', async () => {
    const model = await translationModel({ backend, folder: golden.folder });
    const reason = new Error('taken away');
    const signal = AbortSignal.abort(reason);
    await expect(model.translate(golden.texts, { signal })).rejects.toBe(reason);
    model.dispose();
  });

  it.each([
    ['config.json', { model_type: 'bart' }, 'model_type is bart'],
    ['config.json', { activation_function: 'tanh' }, 'activation_function is tanh'],
    ['config.json', { share_encoder_decoder_embeddings: false }, 'share_encoder_decoder'],
    ['config.json', { normalize_before: true }, 'normalize_before is true'],
    ['config.json', { decoder_vocab_size: 9 }, 'decoder_vocab_size is 9'],
    ['config.json', { d_model: 18 }, 'has no tensor|do not divide|is \\('],
    ['generation_config.json', { no_repeat_ngram_size: 3 }, 'no_repeat_ngram_size is 3'],
    ['generation_config.json', { do_sample: true }, 'do_sample is true'],
    ['generation_config.json', { bad_words_ids: [[1, 2]] }, 'bad_words_ids'],
    ['vocab.json', { '>>fr<<': 200 }, '>>fr<<'],
    ['tokenizer_config.json', { separate_vocabs: true }, 'separate_vocabs is true'],
  ])('refuses %s with %o', async (file, fields, why) => {
    const opened = translationModel({ backend, folder: changed(file, fields) });
    await expect(opened).rejects.toThrow(RangeError);
    await expect(opened).rejects.toThrow(new RegExp(why));
  });

  it('refuses pickled weights and says how to write others', async () => {
    const folder = changed('config.json', {});
    renameSync(join(folder, 'model.safetensors'), join(folder, 'pytorch_model.bin'));
    await expect(translationModel({ backend, folder })).rejects.toThrow(/save_pretrained/);
  });

  it('refuses a SentencePiece model that is cut', async () => {
    const folder = changed('config.json', {});
    const file = join(folder, 'source.spm');
    writeFileSync(file, readFileSync(file).subarray(0, 1000));
    await expect(translationModel({ backend, folder })).rejects.toThrow(/source\.spm/);
  });
});
