import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, it } from 'vitest';
import { unusedVariables } from './unused-variables.ts';

const withKeys = (augmentation: object) => settingsSchema.parse({ augmentation });
const variables = { MILLRACE_MASKED_LM: '/models/bert' };

it('unusedVariables() tells of a model that the technique does not ask', () => {
  expect(unusedVariables(variables, withKeys({ techniques: ['contextual'] }))).toEqual([
    expect.stringMatching(
      /^MILLRACE_MASKED_LM: not used .*augmentation\.contextual\.masked_lm is null/,
    ),
  ]);
  const server = {
    techniques: ['back_translation'],
    back_translation: { url: 'http://127.0.0.1:5000', allowed_hosts: ['127.0.0.1:5000'] },
  };
  const folders = { MILLRACE_TRANSLATOR_THERE: '/a', MILLRACE_TRANSLATOR_BACK: '/b' };
  expect(unusedVariables(folders, withKeys(server))).toEqual([
    expect.stringMatching(/^MILLRACE_TRANSLATOR_THERE, MILLRACE_TRANSLATOR_BACK: not used/),
  ]);
});

it('unusedVariables() is silent where it is asked, is not set, or the technique is off', () => {
  const asked = withKeys({ techniques: ['contextual'], contextual: { masked_lm: 'bert' } });
  expect(unusedVariables(variables, asked)).toEqual([]);
  expect(unusedVariables({}, withKeys({ techniques: ['contextual'] }))).toEqual([]);
  expect(unusedVariables(variables, withKeys({}))).toEqual([]);
});
