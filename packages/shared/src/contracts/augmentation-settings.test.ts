import { expect, it } from 'vitest';
import { settingsSchema } from './settings.ts';

const models = { there: 'Helsinki-NLP/opus-mt-en-es', back: 'Helsinki-NLP/opus-mt-es-en' };
const server = { url: 'http://mt.test:5000', allowed_hosts: ['mt.test:5000'] };

/** Where and what each problem is, of back-translation that is set so. */
function problemsOf(back_translation: object): string[] {
  const augmentation = { techniques: ['back_translation'], back_translation };
  const { error } = settingsSchema.safeParse({ augmentation });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

it('back-translation goes through a server, or through two models', () => {
  expect(problemsOf(server)).toEqual([]);
  expect(problemsOf({ models })).toEqual([]);
});

it.each([
  [
    {},
    'augmentation.back_translation.url: must name a server, or augmentation.back_translation.models two',
  ],
  [{ ...server, models }, 'augmentation.back_translation.models: must be null where url names'],
  [{ ...server, allowed_hosts: [] }, 'augmentation.back_translation.allowed_hosts: must name mt'],
  [{ models: { there: 'only' } }, 'augmentation.back_translation.models.back: Invalid input'],
  [{ models, pivot: 'en' }, 'augmentation.back_translation.pivot: must be another language'],
])('%o is refused with the way out', (given, problem) => {
  expect(problemsOf(given)).toEqual([expect.stringContaining(problem)]);
});
