import { readText } from '@millrace/text/tokens';
import { expect, it } from 'vitest';
import { familiesOf } from './families.ts';

const count = familiesOf(
  readText('Book two kids a reservation and reserve another booking').tokens,
);

it.each([
  ['reserved', 2],
  ['booking', 2],
  ['book', 2],
  ['booked', 1],
  ['kid', 1],
  ['kidney', 0],
  ['anoth', 1],
])('familiesOf() counts the kin of %s: %i', (word, kin) => {
  expect(count(word)).toBe(kin);
});
