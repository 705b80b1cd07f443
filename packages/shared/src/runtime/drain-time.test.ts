import { expect, it } from 'vitest';
import { drainSeconds, withSample } from './drain-time.ts';

const limits = { lag: 600, maxSeconds: 604_800 };

it('is what waits over the pace of the window', () => {
  const samples = [
    { atMs: 0, committed: 100 },
    { atMs: 60_000, committed: 400 },
  ];
  expect(drainSeconds(samples, limits)).toBe(120);
  expect(drainSeconds(samples, { ...limits, lag: 0 })).toBe(0);
});

it('is the retention when nothing moves, and unknown, told as 0, with one sample', () => {
  const still = [
    { atMs: 0, committed: 100 },
    { atMs: 60_000, committed: 100 },
  ];
  expect(drainSeconds(still, limits)).toBe(604_800);
  expect(drainSeconds(still.slice(0, 1), limits)).toBe(0);
});

it('the window holds 5 minutes, and begins anew with a topic that was made anew', () => {
  const later = withSample([{ atMs: 0, committed: 5 }], { atMs: 300_001, committed: 9 });
  expect(later).toEqual([{ atMs: 300_001, committed: 9 }]);
  expect(withSample(later, { atMs: 310_000, committed: 2 })).toEqual([
    { atMs: 310_000, committed: 2 },
  ]);
});
