import { expect, it } from 'vitest';
import { shouldStop } from './early-stopping.ts';

it.each<[number[], number, boolean]>([
  [[], 1, false],
  [[2], 1, false],
  [[2, 1.9], 1, false],
  [[2, 2], 1, true],
  [[2, 1, 1.1], 2, false],
  [[2, 1, 1.1, 1.2], 2, true],
  [[2, 1, 1.1, 0.9], 2, false],
  [[2, Number.NaN], 1, true],
])('shouldStop(%j, %i) is %s', (losses, patience, stops) => {
  expect(shouldStop(losses, patience)).toBe(stops);
});
