import { UserError } from '@millrace/shared/domain/errors';
import { expect, it } from 'vitest';
import { bothTechniques, techniquesToAblate } from './ablated-techniques.ts';

const settings = { techniques: ['synonym', 'insertion', 'deletion'] } as const;

it('techniquesToAblate() keeps to what was asked, in the order of the settings, and to all of them unless asked', () => {
  expect(techniquesToAblate(['deletion', 'synonym'], settings)).toEqual(['synonym', 'deletion']);
  expect(techniquesToAblate(null, settings)).toEqual(settings.techniques);
});

it('techniquesToAblate() names what makes no copies', () => {
  expect(() => techniquesToAblate(['contextual', 'synonym'], settings)).toThrow(
    new UserError(
      'MILLRACE_INPUT_TECHNIQUE',
      'contextual is none of augmentation.techniques: synonym, insertion, deletion',
    ),
  );
});

it('bothTechniques() forgets nothing that either asks about', () => {
  expect(bothTechniques(['synonym'], ['deletion', 'synonym'])).toEqual(['deletion', 'synonym']);
  expect(bothTechniques(['synonym'], null)).toBeNull();
  expect(bothTechniques(null, ['synonym'])).toBeNull();
});
