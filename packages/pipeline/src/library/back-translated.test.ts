import { roundTrip } from '@millrace/augmentor';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Translator } from '@millrace/shared/ports/translator';
import { expect, test } from 'vitest';
import { DataAugmentor, type DataAugmentorOptions } from './data-augmentor.ts';

const settings: Settings = settingsSchema.parse({
  augmentation: {
    techniques: ['back_translation', 'deletion'],
    gate: { encoder: false },
    back_translation: { url: 'http://translator', allowed_hosts: ['translator'] },
  },
});

/** What goes to the pivot stays as it is; what comes back says some things otherwise. */
function aTranslator() {
  const asked: string[][] = [];
  const translator: Translator = {
    translate: async (texts, { from }) => {
      asked.push([...texts]);
      if (from === 'en') return texts;
      return texts.map((text) => text.replace('want to book', 'would like to reserve'));
    },
  };
  return { asked, translate: roundTrip({ translator, language: 'en', pivot: 'es' }) };
}
const augmentorWith = (options: DataAugmentorOptions) =>
  new DataAugmentor({ settings, ...options });

const texts = [
  'I really want to book a cheap apartment in Berlin for 2 nights',
  'Can you please find something very close to the station?',
  'We want to book two rooms at https://rooms.example/4 please',
];

test('augmentEmbeddingData() takes back-translations from the translator that it is given, protected spans kept here', async () => {
  const { asked, translate } = aTranslator();
  const made = await augmentorWith({ translate }).augmentEmbeddingData(texts);
  const again = made.texts.filter((_, i) => made.records[i]?.technique === 'back_translation');
  expect(again).toEqual([
    'I really would like to reserve a cheap apartment in Berlin for 2 nights',
    'We would like to reserve two rooms at https://rooms.example/4 please',
  ]);
  expect(made.techniques['back_translation']).toEqual({
    proposed: 3,
    accepted: 2,
    refused: { unchanged: 1 },
  });
  expect(made.techniques['deletion']?.accepted).toBeGreaterThan(0);
  expect(asked.every((list) => list.length === 1)).toBe(true);
  expect(asked.flat().join()).not.toMatch(/Berlin|https/);
});

test('augmentEmbeddingData() makes the same records again, in any order of the set', async () => {
  const byParent = async (list: readonly string[]) => {
    const made = await augmentorWith(aTranslator()).augmentEmbeddingData(list);
    return new Set(made.records.map((record, i) => JSON.stringify([record, made.texts[i]])));
  };
  expect(await byParent([...texts].reverse())).toEqual(await byParent(texts));
});

test('augmentLlmData() translates what users say, and nothing else leaves', async () => {
  const { asked, translate } = aTranslator();
  const reply = 'You want to book a room, I see.';
  const { examples, records } = await augmentorWith({ translate }).augmentLlmData([
    { prompt: texts[0] ?? '', completion: reply },
  ]);
  const at = records.findIndex((record) => record.technique === 'back_translation');
  expect(examples[at]?.messages.map(({ content }) => content)).toEqual([
    'I really would like to reserve a cheap apartment in Berlin for 2 nights',
    reply,
  ]);
  expect(asked.flat().join()).not.toContain('I see');
});

test('DataAugmentor refuses back-translations without a translator, and asks none whose technique is not named', async () => {
  const refused = (await augmentorWith({}).augmentEmbeddingData(texts)).techniques;
  expect(refused['back_translation']).toMatchObject({
    accepted: 0,
    refused: { not_translated: 3 },
  });
  const { asked, translate } = aTranslator();
  const augmentation = { ...settings.augmentation, techniques: ['deletion' as const] };
  await augmentorWith({ translate, settings: { ...settings, augmentation } }).augmentEmbeddingData(
    texts,
  );
  expect(asked).toEqual([]);
});

test('DataAugmentor says that the translator is away, and makes nothing up', async () => {
  const away = new TransientError('MILLRACE_RESOURCE_TRANSLATOR', 'away');
  const translate = async () => Promise.reject(away);
  await expect(augmentorWith({ translate }).augmentEmbeddingData(texts)).rejects.toBe(away);
});
