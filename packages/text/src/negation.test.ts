import { expect, it } from 'vitest';
import { negations } from './negation.ts';
import { normalise } from './normalise.ts';

it('negations() names the words that turn a statement round, in order', () => {
  expect(negations("I did NOT get it, please don’t call; nobody can't, we no longer dont")).toEqual(
    ['NOT', 'don’t', 'nobody', "can't", 'no', 'dont'],
  );
  expect(negations('Note the knot in the notice about cant and wont')).toEqual(['cant', 'wont']);
});

it('normalise() makes texts equal that differ in composition, case and blanks', () => {
  expect(normalise('  Caf\u0065\u0301 \n\t  NOW ')).toBe('café now');
});
