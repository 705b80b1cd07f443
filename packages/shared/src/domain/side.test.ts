import { expect, test } from 'vitest';
import { groupOf, sideOf } from './side.ts';

const groups = Array.from({ length: 4000 }, (_, i) => `group ${i}`);
const holdout = (split: number) => groups.filter((g) => sideOf(g, split) === 'holdout');

test('sideOf() holds out the share that was asked for', () => {
  // 0.025 is four standard errors of a share of 0.2 among 4,000
  expect(Math.abs(holdout(0.2).length / groups.length - 0.2)).toBeLessThan(0.025);
  expect(holdout(0)).toEqual([]);
});

test('sideOf() moves nobody out of the holdout when the share grows', () => {
  const larger = new Set(holdout(0.3));
  expect(holdout(0.2).every((g) => larger.has(g))).toBe(true);
});

test('groupOf() is the user, or the session of one who has no name, and of one source only', () => {
  const session = { source: 'a', sessionId: 's', userId: 'u' };
  expect(groupOf({ ...session, sessionId: 't' })).toBe(groupOf(session));
  expect(groupOf({ ...session, source: 'b' })).not.toBe(groupOf(session));
  expect(groupOf({ ...session, userId: null })).not.toBe(groupOf({ ...session, userId: 's' }));
});
