import { expect, it } from 'vitest';
import { type DrainSample, drainSeconds, withSample } from './drain-time.ts';

const limits = { lag: 600, maxSeconds: 604_800 };
const sample = (seconds: number, committed: number, lag = 600): DrainSample => ({
  atMs: seconds * 1000,
  committed,
  lag,
});

it('is what waits over the pace of the window', () => {
  const samples = [sample(0, 100), sample(60, 400)];
  expect(drainSeconds(samples, limits)).toBe(120);
  expect(drainSeconds(samples, { ...limits, lag: 0 })).toBe(0);
});

it('is the retention when nothing moves, and unknown, told as 0, with one sample', () => {
  const still = [sample(0, 100), sample(60, 100)];
  expect(drainSeconds(still, limits)).toBe(604_800);
  expect(drainSeconds(still.slice(0, 1), limits)).toBe(0);
});

it('is the same whether a burst came after five idle minutes or after none', () => {
  const burst = [sample(290, 100, 900), sample(300, 400, 600)];
  expect(drainSeconds(burst, limits)).toBe(20);
  const idle = Array.from({ length: 29 }, (_, i) => sample(i * 10, 100, 0));
  expect(drainSeconds([...idle, ...burst], limits)).toBe(20);
  // and does not change when the idle minutes leave the window
  expect(drainSeconds([...idle.slice(20), ...burst], limits)).toBe(20);
});

it('the window holds 5 minutes, and begins anew with a topic that was made anew', () => {
  const later = withSample([sample(0, 5)], sample(300.001, 9));
  expect(later).toEqual([sample(300.001, 9)]);
  expect(withSample(later, sample(310, 2))).toEqual([sample(310, 2)]);
});
