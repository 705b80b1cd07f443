import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparisonInput, compare } from './comparison.ts';

const of = (differences: readonly number[], change: Partial<ComparisonInput> = {}) =>
  compare({
    metrics: [],
    differences,
    groups: differences.map((_, i) => `user ${i % 10}`),
    measure: 'MRR@10',
    of: 'queries',
    seed: 1,
    ...change,
  });

describe('compare()', () => {
  it('is certain where every user says the same, and not where they differ', () => {
    expect(of(Array.from({ length: 50 }, () => 0.1)).verdict).toBe('b_is_better');
    expect(of(Array.from({ length: 50 }, () => -0.1)).verdict).toBe('a_is_better');
    const mixed = of(Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 0.1 : -0.09)));
    expect(mixed).toMatchObject({ verdict: 'not_certain', wins: { a: 0.5, b: 0.5 } });
  });

  it('counts users and not queries: many of one user make nothing certain', () => {
    const differences = Array.from({ length: 500 }, () => 0.2);
    expect(of(differences, { groups: differences.map(() => 'one') }).verdict).toBe('not_certain');
    expect(of([]).verdict).toBe('not_certain');
  });

  it('is certain of nothing when a model gave no number for one of them', () => {
    const differences = Array.from({ length: 50 }, (_, i) => (i === 7 ? Number.NaN : 0.1));
    expect(of(differences)).toMatchObject({ verdict: 'not_certain', lower: Number.NaN });
  });

  it('says of a and b what it says of b and a, mirrored', () => {
    const difference = fc.integer({ min: -100, max: 100 }).map((n) => n / 100);
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1, maxLength: 60 }), (differences) => {
        const one = of(differences);
        const other = of(differences.map((d) => -d));
        expect(other.gain).toBeCloseTo(-one.gain, 12);
        expect(other.wins).toEqual({ a: one.wins.b, b: one.wins.a });
        expect(one.lower).toBeLessThanOrEqual(one.gain + 1e-12);
        expect(one.upper).toBeGreaterThanOrEqual(one.gain - 1e-12);
        const mirrored = {
          a_is_better: 'b_is_better',
          b_is_better: 'a_is_better',
          not_certain: 'not_certain',
        } as const;
        expect(other.verdict).toBe(mirrored[one.verdict]);
      }),
    );
  });
});
