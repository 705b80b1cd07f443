import fc from 'fast-check';
import { expect, it } from 'vitest';
import { similarity } from './similarity.ts';

/** Longest common subsequence by the table of the textbook. */
function common(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a.split(''))
    row = row.reduce<number[]>((next, above, j) => {
      const diagonal = row[j - 1] ?? 0;
      next.push(j === 0 ? 0 : b[j - 1] === x ? diagonal + 1 : Math.max(above, next[j - 1] ?? 0));
      return next;
    }, []);
  return row[b.length] ?? 0;
}

it('similarity() is twice the common subsequence over both lengths, 0 under the least', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 20 });
  fc.assert(
    fc.property(text, text, fc.constantFrom(0, 0.5, 0.85), (a, b, least) => {
      const whole = a.length + b.length;
      const expected = whole === 0 ? 1 : (2 * common(a, b)) / whole;
      const found = similarity(a, b, least);
      if (expected >= least) expect(found).toBeCloseTo(expected, 10);
      else expect(found).toBe(0);
    }),
  );
});
