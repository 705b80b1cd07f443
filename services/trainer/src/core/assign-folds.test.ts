import { describe, expect, it } from 'vitest';
import { type AssignOptions, assignFolds, type FoldSession } from './assign-folds.ts';

const session = (user: number, day: number | null = null): FoldSession => ({
  group: `user ${user}`,
  stratum: null,
  startedAtMs: day === null ? null : day * 86_400_000,
});
const users = (count: number): FoldSession[] => Array.from({ length: count }, (_, i) => session(i));
const options: AssignOptions = { strategy: 'group-k-fold', k: 4, leaveOut: 2, seed: 7 };

describe('assignFolds', () => {
  it('T03: one class is no error: sizes differ by one at most, as without strata, and it says so', () => {
    const one = users(18).map((s) => ({ ...s, stratum: 'repair' }));
    const { foldOf, notes } = assignFolds(one, options);
    const sizes = [0, 1, 2, 3].map((fold) => foldOf.filter((f) => f === fold).length);
    expect(sizes.toSorted()).toEqual([4, 4, 5, 5]);
    expect(foldOf).toEqual(assignFolds(users(18), options).foldOf);
    expect(notes.join()).toContain('stratification had one class');
  });

  it('makes a fold of every user, to leave one out', () => {
    const { foldOf, folds } = assignFolds([...users(5), ...users(5)], {
      ...options,
      strategy: 'leave-one-group-out',
    });
    expect(folds).toBe(5);
    expect(foldOf.slice(0, 5)).toEqual(foldOf.slice(5));
    expect(new Set(foldOf).size).toBe(5);
  });

  it('refuses more than 200 trainings, with the number', () => {
    const leave = (strategy: AssignOptions['strategy'], count: number, leaveOut = 2) =>
      assignFolds(users(count), { ...options, strategy, leaveOut });
    expect(leave('leave-one-group-out', 200).folds).toBe(200);
    expect(() => leave('leave-one-group-out', 201)).toThrow(/takes 201 trainings/);
    expect(leave('leave-p-out', 20).folds).toBe(20);
    expect(() => leave('leave-p-out', 21)).toThrow(/takes 210 trainings.*at most 200/);
    expect(() => leave('leave-p-out', 60, 30)).toThrow(/takes 118264581564861\d+ trainings/);
    expect(() => leave('leave-p-out', 2)).toThrow(/leaves 2 users out, the training side has 2/);
  });

  it('cuts blocks by the time of each user’s first session, none empty', () => {
    const sessions = [session(0, 5), session(1, 1), session(2, 3), session(3, 9), session(1, 20)];
    const forward = (k: number) => assignFolds(sessions, { ...options, strategy: 'forward', k });
    expect(forward(4).foldOf).toEqual([2, 0, 1, 3, 0]);
    expect(forward(2).foldOf).toEqual([1, 0, 0, 1, 0]);
    expect(() => forward(5)).toThrow(/5 blocks need 5 users, the training side has 4/);
  });

  it('refuses forward in time without times, with their number', () => {
    const sessions = [...users(3), session(4, 1)];
    expect(() => assignFolds(sessions, { ...options, strategy: 'forward' })).toThrow(
      /3 of 4 have none/,
    );
  });
});
