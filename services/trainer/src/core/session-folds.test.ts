import { describe, expect, it } from 'vitest';
import { someFileSessions } from '../testing/file-sessions.ts';
import { findLeaks } from './leak-check.ts';
import { type SessionFoldsOptions, sessionFolds } from './session-folds.ts';

const options: SessionFoldsOptions = {
  strategy: 'group-k-fold',
  k: 5,
  leaveOut: 2,
  seed: 7,
  validationSplit: 0.2,
  label: null,
};
const sessions = someFileSessions({ users: 30, perUser: 3 });

describe('sessionFolds', () => {
  it.each(['group-k-fold', 'holdout', 'forward', 'leave-one-group-out'] as const)(
    'leaks nothing, says a comparison of all with all: %s',
    (strategy) => {
      const { rows, sizes } = sessionFolds(sessions, { ...options, strategy });
      expect(findLeaks(rows, sessions)).toEqual([]);
      expect(rows.map((row) => row.session_id)).toEqual(sessions.map((s) => s.sessionId));
      expect(rows.every((row) => (row.fold === null) === (row.side === 'holdout'))).toBe(true);
      expect(sizes.reduce((sum, size) => sum + size.sessions, 0)).toBe(sessions.length);
      expect(sizes.every((size) => size.sessions > 0)).toBe(true);
    },
  );

  it('masks what is said elsewhere too and nothing more, and counts it', () => {
    const { rows, sizes } = sessionFolds(sessions, options);
    const masked = rows.reduce((sum, row) => sum + row.masked.length, 0);
    expect(sizes.reduce((sum, size) => sum + size.masked, 0)).toBe(masked);
    // one message in four is common and one in eight nearly: most, not all, of the training side's 72 x 6
    expect(masked).toBeGreaterThan(72);
    expect(masked).toBeLessThan(216);
    expect(rows.filter((row) => row.side === 'holdout').every((r) => r.masked.length === 0)).toBe(
      true,
    );
  });

  it('decides by the set of sessions, not by their order, and by the seed', () => {
    const byId = (made: ReturnType<typeof sessionFolds>) =>
      new Map(made.rows.map((row) => [row.session_id, row]));
    const made = byId(sessionFolds(sessions, options));
    expect(byId(sessionFolds(sessions.toReversed(), options))).toEqual(made);
    const other = byId(sessionFolds(sessions, { ...options, seed: 8 }));
    expect([...other.values()].map((row) => row.fold)).not.toEqual(
      [...made.values()].map((row) => row.fold),
    );
    expect([...other.values()].map((row) => row.side)).toEqual(
      [...made.values()].map((row) => row.side),
    );
  });

  it('T01: refuses more folds than users, with the users of the file and of its training side', () => {
    const three = someFileSessions({ users: 3, perUser: 4 });
    expect(() => sessionFolds(three, options)).toThrow(
      /^5 folds need 5 users, the training side has \d; .*\(the file has 3 users, \d of them on the holdout side\)$/,
    );
  });

  it('T02: says that one user holds nearly everything', () => {
    const flood = someFileSessions({ users: 1, perUser: 57 });
    const others = someFileSessions({ users: 12, perUser: 1, seed: 2 }).map((session, i) => ({
      ...session,
      sessionId: `other ${i}`,
      userId: `other ${i}`,
    }));
    const { notes, rows } = sessionFolds([...flood, ...others], { ...options, k: 2 });
    expect(notes).toContain('one user holds 57 of 69 sessions (83 %): the folds cannot be even');
    expect(new Set(rows.slice(0, 57).map((row) => row.fold)).size).toBe(1);
  });
});
