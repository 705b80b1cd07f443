import { fileURLToPath } from 'node:url';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, it, vi } from 'vitest';
import { modelDigests } from './model-digests.ts';
import { openModels, watched } from './open-models.ts';

const folder = fileURLToPath(
  new URL('../../../packages/engine/golden/tiny-marian/model', import.meta.url),
);
const settings = settingsSchema.parse({
  augmentation: {
    techniques: ['back_translation'],
    gate: { encoder: false },
    back_translation: { models: { there: 'en-de', back: 'de-en' }, pivot: 'de' },
  },
});

vi.setConfig({ testTimeout: 120_000 });

/** What /ready would hear of the models in these folders, and what they would translate. */
async function heardOf(back: string) {
  const translator = { there: folder, back, libraryFolder: await ensureTensorflow() };
  const places = { encoder: null, maskedLm: null, translator };
  const digests =
    back === folder ? modelDigests(places) : { encoder: null, maskedLm: null, translator: null };
  const models = openModels({ settings, places, digests, apiKey: null, clock });
  const heard = Promise.withResolvers<string>();
  const health = {
    up: (name: string) => heard.resolve(`${name} is up`),
    down: (name: string, why: string) => heard.resolve(`${name}: ${why}`),
  };
  const [running, ...others] = watched(models, { health });
  expect(others).toEqual([]);
  try {
    return await heard.promise;
  } finally {
    await running?.stop(0);
  }
}

it('openModels() opens the translators at once, and says why when they do not open', async () => {
  expect(await heardOf(folder)).toBe('model is up');
  expect(await heardOf('/nowhere')).toMatch(
    /^model: the translator in .* and \/nowhere does not open: \/nowhere has no config\.json$/,
  );
});

it('watched() watches nothing where the settings want no model', () => {
  const places = { encoder: null, maskedLm: null, translator: null };
  const none = { ...settings.augmentation, techniques: [] };
  const given = { ...settings, augmentation: none };
  const models = openModels({ settings: given, places, digests: places, apiKey: null, clock });
  expect(models).toEqual({ encoder: null, maskedLm: null, translate: null });
  expect(watched(models, { health: { up: () => {}, down: () => {} } })).toEqual([]);
});
