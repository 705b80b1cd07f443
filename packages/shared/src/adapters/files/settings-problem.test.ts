import { expect, it } from 'vitest';
import { settingsSchema } from '../../contracts/settings.ts';
import { settingsProblem } from './settings-problem.ts';

function problemsOf(given: unknown): string[] {
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return [];
  const known = settingsSchema.parse({});
  return parsed.error.issues.map((issue) => settingsProblem(issue, { given, known }));
}

it.each([
  [{ sesion: {} }, 'sesion: unknown setting, is session meant?'],
  [
    { augmentation: { gate: { min_similarty: 1 } } },
    'augmentation.gate.min_similarty: unknown setting, is min_similarity meant?',
  ],
  [
    { augmentation: { technique: [] } },
    'augmentation.technique: unknown setting, is techniques meant?',
  ],
  [{ zzz: 1 }, 'zzz: unknown setting, remove it or correct its name'],
])('settingsProblem() names the setting that was meant: %j', (given, sentence) => {
  expect(problemsOf(given)).toEqual([sentence]);
});

it('settingsProblem() shows a number, with the limit, and no text', () => {
  expect(problemsOf({ training: { validation_split: 2 } })).toEqual([
    expect.stringMatching(/^training\.validation_split: .*0\.9 \(it is 2\)$/),
  ]);
  const [text] = problemsOf({ database: { db_pool_size: 'hunter2' } });
  expect(text).toMatch(/^database\.db_pool_size: /);
  expect(text).not.toContain('hunter2');
});
