import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, it } from 'vitest';
import { augmentationChecks } from './settings-checks.ts';

const golden = new URL('../../../engine/golden/', import.meta.url).pathname;
const settingsOf = (masked_lm: string) =>
  settingsSchema.parse({
    augmentation: { techniques: ['contextual'], contextual: { masked_lm } },
    storage: { models_root_dir: golden },
  });

it('augmentationChecks() names a folder that is there, one that is not, and nothing else', () => {
  const [there, ...more] = augmentationChecks(settingsOf('tiny-masked-bert'), {});
  expect(there).toMatchObject({ name: 'masked lm', health: 'ok' });
  expect(more).toEqual([]);
  expect(augmentationChecks(settingsOf('no-such'), {})).toEqual([
    { name: 'masked lm', health: 'failed', says: expect.stringContaining('no-such') },
  ]);
  expect(augmentationChecks(settingsSchema.parse({}), {})).toEqual([]);
});

it('augmentationChecks() reads what lies in the folders', () => {
  const models = { there: 'tiny-marian/model', back: 'tiny-masked-bert' };
  const settings = settingsSchema.parse({
    augmentation: { techniques: ['back_translation'], back_translation: { models } },
    storage: { models_root_dir: golden },
  });
  expect(augmentationChecks(settings, {})).toEqual([
    {
      name: 'translator',
      health: 'failed',
      says: expect.stringMatching(
        /models\.back .*tiny-masked-bert is no such model: config\.json: model_type is bert/,
      ),
    },
  ]);
});
