import { describe, expect, it } from 'vitest';
import { someFileSessions } from '../testing/file-sessions.ts';
import { findLeaks, type LeakCode } from './leak-check.ts';
import { type FoldRow, sessionFolds } from './session-folds.ts';

const sessions = someFileSessions({ users: 12, perUser: 3 });
const { rows } = sessionFolds(sessions, {
  strategy: 'group-k-fold',
  k: 3,
  leaveOut: 2,
  seed: 7,
  validationSplit: 0.3,
  label: null,
});
const trainRow = rows.findIndex((row) => row.side === 'train' && row.masked.length > 0);

const changed = (at: number, change: Partial<FoldRow>): FoldRow[] =>
  rows.map((row, i) => (i === at ? { ...row, ...change } : row));
const codes = (found: readonly FoldRow[]): LeakCode[] => [
  ...new Set(findLeaks(found, sessions).map((leak) => leak.code)),
];

describe('findLeaks', () => {
  it('finds nothing in folds as they are made', () => {
    expect(findLeaks(rows, sessions)).toEqual([]);
  });

  it('finds the leaks of a split by rows', () => {
    const byRows = sessions.map(
      (session, i): FoldRow => ({
        session_id: session.sessionId,
        user_id: session.userId,
        side: i % 7 === 6 ? 'holdout' : 'train',
        fold: i % 7 === 6 ? null : i % 5,
        masked: [],
      }),
    );
    expect(codes(byRows).toSorted()).toEqual([
      'near_holdout',
      'near_other_fold',
      'user_in_two_folds',
      'user_on_two_sides',
    ]);
  });

  it('finds a user on both sides', () => {
    const leaks = findLeaks(
      changed(trainRow, { side: 'holdout', fold: null, masked: [] }),
      sessions,
    );
    expect(leaks.find((leak) => leak.code === 'user_on_two_sides')?.subject).toBe(
      sessions[trainRow]?.userId,
    );
  });

  it('finds a user in two folds', () => {
    const fold = ((rows[trainRow]?.fold ?? 0) + 1) % 3;
    expect(codes(changed(trainRow, { fold }))).toContain('user_in_two_folds');
  });

  it('finds each single mask that is left out', () => {
    for (const message of rows[trainRow]?.masked ?? []) {
      const masked = rows[trainRow]?.masked.filter((other) => other !== message) ?? [];
      const leaks = findLeaks(changed(trainRow, { masked }), sessions);
      expect(leaks.length).toBeGreaterThan(0);
      for (const { code, subject, detail } of leaks) {
        expect(code).toMatch(/^near_/);
        expect(subject).toBe(rows[trainRow]?.session_id);
        expect(detail).toMatch(new RegExp(`^message ${message} `));
      }
    }
  });

  it('finds what a list of folds says wrongly', () => {
    const holdout = rows.findIndex((row) => row.side === 'holdout');
    const first = rows[trainRow];
    expect(first).toBeDefined();
    if (first === undefined) return;
    expect(codes([...rows, first])).toEqual(['session_twice']);
    expect(codes(rows.filter((_, i) => i !== trainRow))).toEqual(['session_missing']);
    expect(codes([...rows, { ...first, session_id: 'nobody', user_id: 'x' }])).toEqual([
      'session_unknown',
    ]);
    expect(codes(changed(trainRow, { user_id: 'someone else' }))).toEqual(['user_differs']);
    expect(codes(changed(holdout, { fold: 1 }))).toEqual(['holdout_in_fold']);
    expect(codes(changed(trainRow, { masked: [...first.masked, 6] }))).toEqual([
      'mask_out_of_range',
    ]);
  });
});
