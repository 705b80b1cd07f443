import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { readWeights, writeWeights } from './formats/safetensors.ts';
import { type MaskedLanguageModel, maskedLanguageModel } from './masked-language-model.ts';
import {
  maskedFolders,
  maskedGolden,
  openMasked,
  worstPrediction,
} from './testing/masked-golden.ts';
import { maskedSequences } from './text/masked-sequences.ts';
import { readMaskedVocabulary } from './text/masked-vocabulary.ts';

vi.setConfig({ testTimeout: 60_000 });

let backend: Backend;
let scratch: string;
let model: MaskedLanguageModel;
const golden = maskedGolden('tiny-masked-bert');
const questions = golden.asked.map(({ question }) => question);

beforeAll(async () => {
  backend = await openBackend();
  scratch = mkdtempSync(path.join(tmpdir(), 'masked-'));
  model = openMasked(backend, golden);
});
afterAll(() => {
  model.dispose();
  rmSync(scratch, { recursive: true });
});

describe.each(maskedFolders)('%s', (name) => {
  it('is asked with the tokens that transformers was asked with', () => {
    const { folder, maxTokens, asked } = maskedGolden(name);
    const sequences = maskedSequences(readMaskedVocabulary(folder), maxTokens);
    for (const { question, ids } of asked) expect(sequences(question).tokens).toEqual(ids);
  });

  it('predicts what transformers predicts', async () => {
    const own = maskedGolden(name);
    const opened = openMasked(backend, own);
    expect(await worstPrediction(opened, own)).toBeLessThan(2e-5);
    opened.dispose();
    opened.dispose();
  });
});

describe('maskedLanguageModel()', () => {
  it('gives the likeliest words first, as many as asked, and none for no question', async () => {
    const [all = []] = await model.predict(questions, { top: 100 });
    const [some = []] = await model.predict(questions, { top: 3 });
    expect(some).toEqual(all.slice(0, 3));
    const shares = all.map(({ logProbability }) => logProbability);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(await model.predict([])).toEqual([]);
  });

  it('gives equal numbers for equal lists', async () => {
    expect(await model.predict(questions)).toEqual(await model.predict(questions));
  });

  it('stops between batches', async () => {
    const abort = new AbortController();
    abort.abort(new Error('taken away'));
    await expect(model.predict(questions, { signal: abort.signal })).rejects.toThrow('taken away');
  });

  it('reads the names of the first BERT files, and an output matrix of its own', async () => {
    const folder = changed('old', (name) => name.replace('LayerNorm.weight', 'LayerNorm.gamma'));
    expect(await worst(folder)).toBeLessThan(2e-5);
    const weights = new Map(readWeights(`${golden.folder}/model.safetensors`).weights);
    const words = weights.get('bert.embeddings.word_embeddings.weight');
    if (words === undefined) throw new Error('no word table');
    const untied = changed('untied', (name) => name, { tie_word_embeddings: false });
    weights.set('cls.predictions.decoder.weight', words);
    writeWeights(`${untied}/model.safetensors`, weights);
    expect(await worst(untied)).toBeLessThan(2e-5);
    weights.set('cls.predictions.decoder.weight', { ...words, data: words.data.map((x) => 2 * x) });
    writeWeights(`${untied}/model.safetensors`, weights);
    expect(await worst(untied)).toBeGreaterThan(1e-3);
  });

  it.each([
    [
      'another net',
      { drop: '' },
      { model_type: 'roberta' },
      'masked language models of bert and distilbert',
    ],
    ['an encoder alone', { drop: 'cls.' }, {}, 'it is no masked language model, only an encoder'],
    [
      'a head without its bias',
      { drop: 'cls.predictions.bias' },
      {},
      'no tensor cls.predictions.bias',
    ],
  ])('refuses %s, and says so', (name, { drop }, config, message) => {
    const folder = changed(
      name,
      (tensor) => (drop && tensor.startsWith(drop) ? null : tensor),
      config,
    );
    expect(() => maskedLanguageModel({ backend, folder })).toThrow(message);
  });
});

const worst = async (folder: string): Promise<number> => {
  const opened = openMasked(backend, { ...golden, folder });
  const difference = await worstPrediction(opened, golden);
  opened.dispose();
  return difference;
};

/** The golden folder with other tensor names, or fields of its config. */
function changed(
  name: string,
  rename: (tensor: string) => string | null,
  config: Readonly<Record<string, unknown>> = {},
): string {
  const folder = path.join(scratch, name.replaceAll(' ', '-'));
  cpSync(golden.folder, folder, { recursive: true });
  const known = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'));
  writeFileSync(`${folder}/config.json`, JSON.stringify({ ...known, ...config }));
  const weights = [...readWeights(`${folder}/model.safetensors`).weights].flatMap(
    ([tensor, weight]) => {
      const other = rename(tensor);
      return other === null ? [] : [[other, weight] as const];
    },
  );
  writeWeights(`${folder}/model.safetensors`, new Map(weights));
  return folder;
}
