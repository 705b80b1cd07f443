import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { afterAll, expect, it } from 'vitest';
import { maskedLmPlaces, translatorPlaces } from './config.ts';

const root = mkdtempSync(path.join(tmpdir(), 'millrace-masked-'));
mkdirSync(path.join(root, 'org', 'model'), { recursive: true });
writeFileSync(path.join(root, 'org', 'model', 'config.json'), '{}');
afterAll(() => rmSync(root, { recursive: true }));

const settings = (
  name: string | null,
  models_root_dir: string | undefined,
  technique = 'contextual',
) =>
  settingsSchema.parse({
    augmentation: { techniques: [technique], contextual: { masked_lm: name } },
    storage: { models_root_dir },
  });
const folder = path.join(root, 'org', 'model');

it('maskedLmPlaces() wants none where nothing asks it', () => {
  expect(maskedLmPlaces({}, settings(null, root))).toBeNull();
  expect(maskedLmPlaces({}, settings('org/model', root, 'synonym'))).toBeNull();
});

it('maskedLmPlaces() finds it below the root, or where the variable says', () => {
  expect(maskedLmPlaces({}, settings('org/model', root))).toEqual({ folder, libraryFolder: null });
  const variables = { MILLRACE_MASKED_LM: folder, MILLRACE_TENSORFLOW: '/tensorflow' };
  expect(maskedLmPlaces(variables, settings('another', undefined))).toEqual({
    folder,
    libraryFolder: '/tensorflow',
  });
});

it.each([
  ['nowhere', undefined, {}, 'nothing says where it is'],
  ['not there', root, {}, 'holds no model'],
  ['a folder without one', root, { MILLRACE_MASKED_LM: root }, 'holds no model'],
])('maskedLmPlaces() says what to do when it is %s', (_, models, variables, why) => {
  const find = () => maskedLmPlaces(variables, settings('missing', models));
  expect(find).toThrow(UserError);
  expect(find).toThrow(why);
});

const translating = (models_root_dir: string | undefined, back = 'org/model') =>
  settingsSchema.parse({
    augmentation: {
      techniques: ['back_translation'],
      back_translation: { models: { there: 'org/model', back } },
    },
    storage: { models_root_dir },
  });

it('translatorPlaces() finds both below the root, or where the variables say', () => {
  const both = { there: folder, back: folder };
  expect(translatorPlaces({}, translating(root))).toEqual({ ...both, libraryFolder: null });
  const variables = { MILLRACE_TRANSLATOR_THERE: folder, MILLRACE_TRANSLATOR_BACK: folder };
  expect(
    translatorPlaces({ ...variables, MILLRACE_TENSORFLOW: '/t' }, translating(undefined)),
  ).toEqual({ ...both, libraryFolder: '/t' });
  expect(translatorPlaces({}, settings(null, root, 'synonym'))).toBeNull();
});

it('translatorPlaces() names the folder that is missing, and the way out', () => {
  expect(() => translatorPlaces({}, translating(undefined))).toThrow(
    'models.there names org/model',
  );
  const find = () => translatorPlaces({}, translating(root, 'missing'));
  expect(find).toThrow(UserError);
  expect(find).toThrow(
    /models\.back names missing, but .* holds no model: set MILLRACE_TRANSLATOR_BACK/,
  );
});
