import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaccard, shingles } from './shingles.ts';

const words = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 30, maxLength: 40 });

/** By definition, without hashing: shares of 5-character pieces. */
function exactJaccard(a: string, b: string): number {
  const pieces = (text: string) =>
    new Set(Array.from({ length: text.length - 4 }, (_, i) => text.slice(i, i + 5)));
  const x = pieces(a);
  const y = pieces(b);
  const common = [...x].filter((piece) => y.has(piece)).length;
  return common / (x.size + y.size - common);
}

describe('shingles()', () => {
  it('gives the Jaccard index of 5-character pieces', () => {
    fc.assert(
      fc.property(words, fc.nat(29), (list, at) => {
        const [a, b] = [list.join(' '), list.filter((_, i) => i !== at).join(' ')];
        expect(jaccard(shingles(a), shingles(b))).toBeCloseTo(exactJaccard(a, b), 12);
      }),
      { seed: 7 },
    );
  });

  it('takes texts shorter than a piece whole', () => {
    expect(shingles('ok')).toHaveLength(1);
    expect(shingles('OK!')).toEqual(shingles('ok'));
    expect(shingles('no')).not.toEqual(shingles('ok'));
  });
});
