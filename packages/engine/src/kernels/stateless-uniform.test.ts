import { expect, test } from 'vitest';
import { statelessUniform } from './stateless-uniform.ts';

test('numbers are even over [0, 1), and a seed gives the same ones whatever their count', () => {
  const numbers = statelessUniform(-7, 123, 40_000);
  const tenths = new Array<number>(10).fill(0);
  for (const x of numbers) tenths[Math.floor(x * 10)] = (tenths[Math.floor(x * 10)] ?? 0) + 1;
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 4000)).toBeLessThan(300); // 5 deviations
  expect(statelessUniform(-7, 123, 6)).toEqual(numbers.slice(0, 6));
  expect(statelessUniform(-7, 124, 6)).not.toEqual(numbers.slice(0, 6));
});
