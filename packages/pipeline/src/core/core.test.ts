import { expect, test } from 'vitest';
import { addCounts, countBy } from './count-by.ts';
import { distribution } from './distribution.ts';

test('distribution() is that of the population', () => {
  expect(distribution([1, 2, 3, 4])).toEqual({ mean: 2.5, std: 1.118, min: 1, max: 4 });
});

test('countBy() and addCounts() add up', () => {
  expect(countBy(['b', 'a', 'b'], (x) => x)).toEqual({ a: 1, b: 2 });
  expect(addCounts({ a: 1 }, { a: 2, c: 3 })).toEqual({ a: 3, c: 3 });
});
