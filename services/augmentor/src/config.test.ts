import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import { afterAll, expect, it } from 'vitest';
import { maskedLmPlaces, translatorPlaces } from './config.ts';
import { modelFolder } from './model-folder.ts';

const root = mkdtempSync(path.join(tmpdir(), 'millrace-masked-'));
const golden = fileURLToPath(new URL('../../../packages/engine/golden', import.meta.url));
cpSync(path.join(golden, 'tiny-masked-bert'), path.join(root, 'org', 'model'), { recursive: true });
cpSync(path.join(golden, 'tiny-marian/model'), path.join(root, 'org', 'en-de'), {
  recursive: true,
});
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
  ['nowhere', undefined, {}, 'nothing says where it is: set MILLRACE_MASKED_LM to a folder, or st'],
  ['not there', root, {}, 'missing has no config.json: put'],
  ['a folder without one', root, { MILLRACE_MASKED_LM: root }, `${root} has no config.json: put`],
])('maskedLmPlaces() says what to do when it is %s', (_, models, variables, why) => {
  const find = () => maskedLmPlaces(variables, settings('missing', models));
  expect(find).toThrow(UserError);
  expect(find).toThrow(why);
});

const translating = (models_root_dir: string | undefined, back = 'org/en-de') =>
  settingsSchema.parse({
    augmentation: {
      techniques: ['back_translation'],
      back_translation: { models: { there: 'org/en-de', back } },
    },
    storage: { models_root_dir },
  });

it('translatorPlaces() finds both below the root, or where the variables say', () => {
  const folder = path.join(root, 'org', 'en-de');
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
    'models.there names org/en-de',
  );
  const find = () => translatorPlaces({}, translating(root, 'missing'));
  expect(find).toThrow(UserError);
  expect(find).toThrow(
    /models\.back names missing, but .*missing has no config\.json: put .*, set MILLRACE_TRANSLATOR_BACK/,
  );
});

/** A copy of a whole folder, with a fault. */
function faulty(from: string, fault: (file: (name: string) => string) => void): string {
  const folder = mkdtempSync(path.join(root, 'faulty-'));
  cpSync(path.join(root, 'org', from), folder, { recursive: true });
  fault((name) => path.join(folder, name));
  return folder;
}
const cut = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2));
const change = (file: string, fields: object) =>
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));

it.each<[string, (file: (name: string) => string) => void, RegExp]>([
  ['no weights', (f) => rmSync(f('model.safetensors')), /has no model\.safetensors/],
  [
    'cut weights',
    (f) => cut(f('model.safetensors')),
    /\.safetensors: the header describes \d+ byt/,
  ],
  ['no tokenizer', (f) => rmSync(f('source.spm')), /has no source\.spm/],
  ['a config that cannot be read', (f) => cut(f('config.json')), /config\.json is not JSON/],
  ['another net', (f) => change(f('config.json'), { model_type: 'bart' }), /model_type is bart/],
  ['more words than rows', (f) => change(f('vocab.json'), { x: 999 }), /1000 tokens, .* 146 rows/],
  [
    "a folder in a file's place",
    (f) => {
      rmSync(f('source.spm'));
      mkdirSync(f('source.spm'));
    },
    /EISDIR/,
  ],
])(
  'translatorPlaces() refuses a folder with %s in one line: setting, folder, value, way out',
  (_, fault, why) => {
    const folder = faulty('en-de', fault);
    const find = () => translatorPlaces({ MILLRACE_TRANSLATOR_BACK: folder }, translating(root));
    expect(find).toThrow(UserError);
    const { message, exitCode } = refusalOf(find);
    expect(exitCode).toBe(2);
    expect(message).toMatch(why);
    expect(message).toMatch(/^augmentation\.back_translation\.models\.back names org\/en-de, but /);
    expect(message).toContain(folder);
    expect(message).toMatch(
      /: put a whole MarianMTModel with its tokenizer there \(save_pretrained\), set MILLRACE_TRANSLATOR_BACK to its folder, or augmentation\.back_translation\.models to null$/,
    );
    expect(message).not.toContain('\n');
  },
);

it.each<[string, (file: (name: string) => string) => void, RegExp]>([
  ['no weights', (f) => rmSync(f('model.safetensors')), /has no model\.safetensors/],
  [
    'cut weights',
    (f) => cut(f('model.safetensors')),
    /\.safetensors: the header describes \d+ byt/,
  ],
  ['no tokenizer', (f) => rmSync(f('tokenizer.json')), /has no tokenizer\.json/],
  ['a config that cannot be read', (f) => cut(f('config.json')), /config\.json is not JSON/],
  ['another net', (f) => change(f('config.json'), { model_type: 'gpt2' }), /model_type is gpt2/],
  [
    'fewer rows than words',
    (f) => change(f('config.json'), { vocab_size: 9 }),
    /tokens, .* 9 rows/,
  ],
])(
  'maskedLmPlaces() refuses a folder with %s in one line: setting, folder, value, way out',
  (_, fault, why) => {
    const folder = faulty('model', fault);
    const find = () => maskedLmPlaces({ MILLRACE_MASKED_LM: folder }, settings('org/model', root));
    expect(find).toThrow(UserError);
    const { message, exitCode } = refusalOf(find);
    expect(exitCode).toBe(2);
    expect(message).toMatch(why);
    expect(message).toMatch(/^augmentation\.contextual\.masked_lm names org\/model, but /);
    expect(message).toContain(folder);
    expect(message).toMatch(
      /: put a whole BertForMaskedLM or DistilBertForMaskedLM there \(save_pretrained\), set MILLRACE_MASKED_LM to its folder, or augmentation\.contextual\.masked_lm to null$/,
    );
    expect(message).not.toContain('\n');
  },
);

it('a disk that does not answer is no mistake of the settings', () => {
  const named = {
    ...{ setting: 's', name: 'n', variable: 'V', off: 's', wants: 'a model' },
    code: 'MILLRACE_INPUT_TEST' as const,
  };
  const away = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  for (const error of [away, new RangeError('source.spm cannot be read', { cause: away })]) {
    const check = () => {
      throw error;
    };
    const find = () => modelFolder({ V: root }, settings(null, root), { ...named, check });
    expect(find).toThrow(TransientError);
  }
});

function refusalOf(find: () => unknown): UserError {
  try {
    find();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new TypeError('it is not refused');
}
