import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kFolds, splitsFor } from './folds.ts';

const groupOf = (item: { user: string }) => item.user;

describe('kFolds', () => {
  it('keeps groups whole, fills every fold, and ignores the order of the items', () => {
    const users = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 8, maxLength: 200 });
    fc.assert(
      fc.property(users, fc.integer({ min: 2, max: 6 }), fc.nat(), (drawn, k, seed) => {
        const items = drawn.map((user) => ({ user: `u${user}` }));
        const groups = new Set(items.map(groupOf));
        fc.pre(groups.size >= k);
        const folds = kFolds(items, { k, seed, groupOf });
        const foldsOf = Map.groupBy(items.keys(), (i) => items[i]?.user);
        for (const own of foldsOf.values()) {
          expect(new Set([...own].map((i) => folds[i])).size).toBe(1);
        }
        expect(new Set(folds).size).toBe(k);
        const reversed = kFolds(items.toReversed(), { k, seed, groupOf });
        expect(reversed.toReversed()).toEqual(folds);
      }),
    );
  });

  it('makes folds of equal size from equal groups, others with another seed', () => {
    const items = Array.from({ length: 20 }, (_, i) => ({ user: `u${i}` }));
    const folds = kFolds(items, { k: 5, seed: 7, groupOf });
    expect([0, 1, 2, 3, 4].map((fold) => folds.filter((f) => f === fold).length)).toEqual([
      4, 4, 4, 4, 4,
    ]);
    expect(kFolds(items, { k: 5, seed: 8, groupOf })).not.toEqual(folds);
  });

  it('T02: one user with 57 of 60 sessions stays whole', () => {
    const items = Array.from({ length: 60 }, (_, i) => ({ user: i < 57 ? 'flood' : `u${i}` }));
    const folds = kFolds(items, { k: 2, seed: 7, groupOf });
    expect(new Set(folds.slice(0, 57)).size).toBe(1);
    expect(new Set(folds).size).toBe(2);
  });

  it('T01: refuses more folds than users, with both numbers', () => {
    const items = ['a', 'b', 'c'].map((user) => ({ user }));
    expect(() => kFolds(items, { k: 5, seed: 7, groupOf })).toThrow(UserError);
    expect(() => kFolds(items, { k: 5, seed: 7, groupOf })).toThrow(
      /5 users, the training side has 3/,
    );
  });
});

const golden = z
  .object({
    folds: z.int(),
    cases: z.array(
      z.object({
        name: z.string(),
        rows: z.array(z.tuple([z.string(), z.string()])),
        group_sizes: z.array(z.int()),
        stratified_sizes: z.array(z.int()),
        worst_share: z.number(),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../../golden/sklearn-folds.json'), 'utf8'),
    ),
  );

/** Figures of golden/sklearn_folds.py. */
describe('kFolds beside scikit-learn', () => {
  const k = golden.folds;
  const sizesOf = (folds: readonly number[]): number[] =>
    Array.from({ length: k }, (_, fold) => folds.filter((f) => f === fold).length).sort(
      (a, b) => b - a,
    );
  const groupOf = ([group]: readonly [string, string]) => group;
  const stratumOf = ([, stratum]: readonly [string, string]) => stratum;

  it.each(golden.cases)('is as even as GroupKFold: $name', ({ rows, group_sizes }) => {
    expect(sizesOf(kFolds(rows, { k, seed: 7, groupOf }))).toEqual(group_sizes);
  });

  it.each(golden.cases)('keeps proportions as StratifiedGroupKFold does: $name', (one) => {
    const { rows } = one;
    const folds = kFolds(rows, { k, seed: 7, groupOf, stratumOf });
    const foldsOf = Map.groupBy(rows.keys(), (i) => rows[i]?.[0]);
    for (const own of foldsOf.values()) expect(new Set(own.map((i) => folds[i])).size).toBe(1);
    const shareIn = (all: readonly (readonly [string, string])[], stratum: string) =>
      all.filter((row) => stratumOf(row) === stratum).length / all.length;
    const worst = [...new Set(rows.map(stratumOf))].flatMap((stratum) =>
      Array.from({ length: k }, (_, fold) => {
        const own = rows.filter((_, i) => folds[i] === fold);
        return Math.abs(shareIn(own, stratum) - shareIn(rows, stratum));
      }),
    );
    // equal groups come in another order, drawn by the seed: at most a fifth of the spread worse
    expect(Math.max(...worst)).toBeLessThanOrEqual(one.worst_share * 1.2 + 0.01);
    expect(sizesOf(folds)[0]).toBeLessThanOrEqual((one.stratified_sizes[0] ?? 0) + 2);
  });
});

describe('splitsFor', () => {
  it('lowers n_splits to the number of users and says so; below two there is none', () => {
    expect(splitsFor(20, 5)).toEqual({ k: 5, note: null });
    expect(splitsFor(3, 5)).toEqual({ k: 3, note: 'n_splits lowered from 5 to 3: 3 users' });
    expect(splitsFor(1, 5).k).toBeNull();
  });
});
