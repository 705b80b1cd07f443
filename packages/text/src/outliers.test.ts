import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeShape } from './exchange-shape.ts';
import { mahalanobis } from './outliers/mahalanobis.ts';
import { robustZScores, zScores } from './outliers/z-scores.ts';
import { findOutliers } from './outliers.ts';

interface Golden {
  readonly rows: readonly (readonly number[])[];
  readonly z: readonly (readonly number[])[];
  readonly robust_z: readonly (readonly number[])[];
  readonly mahalanobis: readonly number[];
  readonly rank: number;
  readonly chi_square_999: readonly number[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../golden/outliers.json', import.meta.url), 'utf8'),
);
const columnOf = (rows: Golden['rows'], at: number) =>
  Float64Array.from(rows, (row) => row[at] ?? Number.NaN);
const columns = [0, 1, 2, 3, 4, 5].map((at) => columnOf(golden.rows, at));
const named = Object.fromEntries(columns.map((column, at) => [`c${at}`, column]));

describe('the detectors, against numpy and scipy (golden/outliers.py)', () => {
  it.each([0, 1, 2, 3, 4, 5])('agree on column %i', (at) => {
    const column = columns[at] ?? new Float64Array();
    const [z, robust] = [zScores(column), robustZScores(column)];
    for (const [i, row] of golden.z.entries()) expect(z[i]).toBeCloseTo(row[at] ?? Number.NaN, 8);
    for (const [i, row] of golden.robust_z.entries())
      expect(robust[i]).toBeCloseTo(row[at] ?? Number.NaN, 8);
  });

  it('agree on Mahalanobis distances by a singular covariance', () => {
    const { squared, rank } = mahalanobis(columns);
    expect(rank).toBe(golden.rank);
    for (const [i, distance] of golden.mahalanobis.entries())
      expect(squared[i]).toBeCloseTo(distance, 6);
  });

  it('vote as the golden figures say', () => {
    const limit = golden.chi_square_999[golden.rank - 1] ?? 0;
    const expected = golden.rows.map((_, i) => {
      const squares = (golden.z[i] ?? []).map((z) => z * z);
      const z = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length) > 2;
      const robust = (golden.robust_z[i] ?? []).some((r) => r > 3.5);
      return Number(z) + Number(robust) + Number((golden.mahalanobis[i] ?? 0) > limit);
    });
    const { votes, beyond } = findOutliers(named, 2);
    expect(votes).toEqual(expected);
    expect(votes[7]).toBe(3);
    expect(beyond['c0']).toBe(golden.z.filter(([z]) => Math.abs(z ?? 0) > 2).length);
  });
});

describe('findOutliers()', () => {
  it('finds none in constant columns, among few rows, and in nothing', () => {
    const flat = { a: new Float64Array(60).fill(0.1), b: new Float64Array(60).fill(-3) };
    expect(findOutliers(flat, 2).votes).toEqual(new Array(60).fill(0));
    const few = { a: Float64Array.from([1, 2, 1, 2, 1, 900]) };
    expect(findOutliers(few, 2).votes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(findOutliers({}, 2).votes).toEqual([]);
  });

  it('lets outlier_threshold decide what the z-score finds', () => {
    expect(findOutliers(named, 100).found.z_score).toBe(0);
    expect(findOutliers(named, 0.01).found.z_score).toBeGreaterThan(70);
  });

  it('judges 10,000 rows of 10 columns within 0.5 s of processor time', () => {
    const noise = (salt: number) =>
      Float64Array.from({ length: 10_000 }, (_, i) => Math.sin((i + 1) * (salt + 1) * 1.7));
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`c${i}`, noise(i)]));
    const start = process.cpuUsage();
    expect(findOutliers(ten, 2).votes).toHaveLength(10_000);
    expect(process.cpuUsage(start).user).toBeLessThan(500_000);
  });
});

describe('exchangeShape()', () => {
  it('is finite for any texts', () => {
    const odd = fc.oneof(fc.string(), fc.constantFrom('', '👍', '!!!', '7', 'A'.repeat(100_000)));
    fc.assert(
      fc.property(odd, odd, (said, reply) => {
        expect(Object.values(exchangeShape(said, reply)).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('takes 100,000 hostile characters in its stride', () => {
    for (const piece of ['http://', 'www.', '!? ', 'aB', '\u0301', ' \n']) {
      const start = process.cpuUsage();
      exchangeShape(piece.repeat(100_000 / piece.length), piece);
      expect(process.cpuUsage(start).user).toBeLessThan(200_000);
    }
  });
});
