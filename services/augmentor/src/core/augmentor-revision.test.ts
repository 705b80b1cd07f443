import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, it } from 'vitest';
import { augmentorRevision, augmentorSettings } from './augmentor-revision.ts';

const settings = settingsSchema.parse({});
const ungated = settingsSchema.parse({ augmentation: { gate: { encoder: false } } });
const some = { encoder: '0a', maskedLm: '0c', translator: '0e' };
const others = { encoder: '0b', maskedLm: '0d', translator: '0f' };
const asking = settingsSchema.parse({
  augmentation: { techniques: ['contextual'], contextual: { masked_lm: 'm' } },
});
const revisionOf = (given: object, models = some) =>
  augmentorRevision(settingsSchema.parse(given), models);

it('augmentorRevision() names the settings that examples depend on, and no others', () => {
  const own = augmentorRevision(settings, some);
  const otherModel = { embedding: { embedding_model: 'other' } };
  expect(revisionOf({ augmentation: { copies_per_example: 2 } })).not.toBe(own);
  expect(revisionOf({ training: { training_num_epochs: 9 } })).toBe(own);
  expect(revisionOf(otherModel)).not.toBe(own);
  expect(revisionOf({ ...otherModel, augmentation: { gate: { encoder: false } } })).toBe(
    augmentorRevision(ungated, some),
  );
});

it('augmentorRevision() is another one by other weights under the same name, where the settings use them', () => {
  const by = (given: Settings, encoder: string | null) =>
    augmentorRevision(given, { encoder, maskedLm: null, translator: null });
  expect(new Set(['0a', '0b', null].map((sha256) => by(settings, sha256))).size).toBe(3);
  expect(new Set(['0a', '0b', null].map((sha256) => by(ungated, sha256))).size).toBe(1);
});

it('augmentorSettings() write down which weights judge', () => {
  expect(augmentorSettings(settings, others)).toMatchObject({
    encoder: settings.embedding.embedding_model,
    models: { encoder: '0b' },
  });
  expect(augmentorSettings(asking, others).models).toEqual({ encoder: '0b', masked_lm: '0d' });
  expect(augmentorSettings(ungated, others)).toMatchObject({ encoder: null, models: {} });
});

it('augmentorRevision() is another one by another masked language model, where contextual substitution asks it', () => {
  const by = (given: Settings, maskedLm: string) =>
    augmentorRevision(given, { encoder: '0a', maskedLm, translator: null });
  expect(by(asking, '0c')).not.toBe(by(asking, '0d'));
  expect(by(settings, '0c')).toBe(by(settings, '0d'));
});

it('augmentorRevision() is another one by other translators, where back-translation asks them', () => {
  const models = { there: 'en-de', back: 'de-en' };
  const translating = settingsSchema.parse({
    augmentation: { techniques: ['back_translation'], back_translation: { models, pivot: 'de' } },
  });
  const by = (given: Settings, translator: string) =>
    augmentorRevision(given, { encoder: '0a', maskedLm: null, translator });
  expect(by(translating, '0e')).not.toBe(by(translating, '0f'));
  expect(by(settings, '0e')).toBe(by(settings, '0f'));
  expect(augmentorSettings(translating, others).models).toEqual({
    encoder: '0b',
    translator: '0f',
  });
});
