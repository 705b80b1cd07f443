import { fileURLToPath } from 'node:url';
import { modelDigests } from '@millrace/augmentor';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { expect, it, vi } from 'vitest';
import { prepareDataset } from './prepare.ts';

const checkout = new URL('../../../', import.meta.url);
const data = fileURLToPath(new URL('samples/sessions.jsonl', checkout));
/** Random weights: they lose every text. */
const folder = fileURLToPath(new URL('packages/engine/golden/tiny-marian/model', checkout));
const settings = settingsSchema.parse({
  augmentation: {
    techniques: ['back_translation'],
    gate: { encoder: false },
    back_translation: { models: { there: 'en-de', back: 'de-en' }, pivot: 'de' },
  },
});
const given = { data, settings, source: 'cli', encoder: null };

vi.setConfig({ testTimeout: 300_000 });

it('prepareDataset() asks the translators, names them in the results, and ends their process', async () => {
  const translator = { there: folder, back: folder, libraryFolder: null };
  const { augmentation, models, revisions } = await prepareDataset({ ...given, translator });
  const { translator: sha256 } = modelDigests({ encoder: null, maskedLm: null, translator });
  expect(models).toEqual({ translator: sha256 });
  const refused = augmentation.value.techniques.flatMap(
    (sums) => sums['back_translation']?.refused['not_translated'] ?? [],
  );
  expect(refused.length).toBeGreaterThan(5);
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
  await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 10_000 });
  const originals = await prepareDataset({ ...given, translator, makeCopies: false });
  expect(originals.revisions).toEqual(revisions);
});

it('prepareDataset() refuses settings whose translators are not given', async () => {
  await expect(prepareDataset(given)).rejects.toThrow(UserError);
  await expect(prepareDataset(given)).rejects.toThrow('names en-de and de-en, and no such models');
});
