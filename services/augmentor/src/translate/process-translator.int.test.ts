import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { InvariantError, TransientError } from '@millrace/shared/domain/errors';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { modelDigests } from '../model-digests.ts';
import { openRoundTrip } from './open-round-trip.ts';
import { type OpenTranslator, processTranslator } from './process-translator.ts';

/** Random weights, and what transformers makes of them: packages/engine/golden/tiny_marian.py. */
const golden = new URL('../../../../packages/engine/golden/tiny-marian/', import.meta.url);
const folder = fileURLToPath(new URL('model', golden));
const {
  texts,
  searches,
  tokens,
}: {
  texts: string[];
  searches: { settings: { num_beams: number; max_length: number }; tokens: number[][] }[];
  tokens: { text: string }[];
} = JSON.parse(readFileSync(new URL('golden.json', golden), 'utf8'));
const there = { from: 'en', to: 'de' };
const back = { from: 'de', to: 'en' };
const languages = { language: 'en', pivot: 'de' };
const temporary = mkdtempSync(path.join(tmpdir(), 'millrace-translator-'));
let libraryFolder: string;
let translator: OpenTranslator;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  libraryFolder = await ensureTensorflow();
  translator = processTranslator({ there: folder, back: folder, libraryFolder, ...languages });
}, 300_000);
afterAll(async () => {
  await translator.close();
  rmSync(temporary, { recursive: true });
});

it('gives one translation a text, in order, both ways, and none for one that is too long', async () => {
  const wanted = searches.find(({ settings: s }) => s.num_beams === 4 && s.max_length === 24);
  const answers = await translator.translate([...texts, 'a word '.repeat(500)], there);
  expect(answers).toHaveLength(texts.length + 1);
  expect(answers.at(-1)).toBeNull();
  const given = answers.slice(0, -1).map((answer) => answer !== null);
  expect(given).toEqual(wanted?.tokens.map(({ length }) => length < 23));
  expect(await translator.translate(texts, back)).toEqual(answers.slice(0, -1));
  expect(await translator.translate([], there)).toEqual([]);
  await expect(translator.translate(texts, { from: 'en', to: 'fr' })).rejects.toThrow(RangeError);
});

it('says the same for the same list in another process, and takes any text', async () => {
  const other = processTranslator({ there: folder, back: folder, libraryFolder, ...languages });
  const odd = tokens.map(({ text }) => text);
  try {
    expect(await other.translate(odd, there)).toEqual(await translator.translate(odd, there));
  } finally {
    await other.close();
  }
});

it('is transient without weights, and gives up when it is aborted', async () => {
  const places = { there: folder, back: '/nowhere', libraryFolder };
  const missing = processTranslator({ ...places, ...languages });
  await expect(missing.open()).rejects.toBeInstanceOf(TransientError);
  await expect(missing.translate(texts, there)).rejects.toThrow('/nowhere has no config.json');
  await missing.close();
  expect(() => modelDigests({ encoder: null, maskedLm: null, translator: places })).toThrow(
    TransientError,
  );
  const abort = new AbortController();
  const reason = new Error('taken away');
  const given = translator.translate(texts, there, abort.signal);
  abort.abort(reason);
  await expect(given).rejects.toBe(reason);
  expect(await translator.translate(texts, there)).toHaveLength(texts.length);
});

it('has a digest of both folders, and refuses another model in the place of one', async () => {
  const copy = path.join(temporary, 'back');
  cpSync(folder, copy, { recursive: true });
  const places = { there: folder, back: copy, libraryFolder };
  const digest = () =>
    modelDigests({ encoder: null, maskedLm: null, translator: places }).translator;
  const sha256 = digest() ?? undefined;
  const other = processTranslator({ ...places, ...languages, sha256 });
  try {
    expect(await other.translate(texts, back)).toHaveLength(texts.length);
    await other.close();
    const file = path.join(copy, 'generation_config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"num_beams": 4', '"num_beams": 2'));
    await expect(other.translate(texts, back)).rejects.toBeInstanceOf(InvariantError);
    expect(digest()).not.toBe(sha256);
  } finally {
    await other.close();
  }
});

it('openRoundTrip() goes through both models, and leaves out what they lose', async () => {
  const settings = settingsSchema.parse({
    augmentation: {
      techniques: ['back_translation'],
      back_translation: { models: { there: 'en-de', back: 'de-en' }, pivot: 'de' },
    },
  });
  const places = { there: folder, back: folder, libraryFolder };
  const trip = openRoundTrip(settings, { apiKey: null, clock, translator: places });
  try {
    await trip?.open();
    const answers = await trip?.(['We want to book 2 rooms at https://rooms.example today']);
    expect(answers?.size).toBe(0);
  } finally {
    await trip?.close();
  }
  expect(() => openRoundTrip(settings, { apiKey: null, clock })).toThrow(
    'no such models are given',
  );
});
