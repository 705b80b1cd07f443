import { describe, expect, it } from 'vitest';
import { batchSizeFor, thatFit } from './batch-size.ts';

describe('batchSizeFor', () => {
  it('is the ordinary one, less when an epoch would have few steps', () => {
    expect([10_000, 320, 319, 160, 100, 5].map(batchSizeFor)).toEqual([32, 32, 16, 16, 8, 8]);
  });
});

describe('thatFit', () => {
  const measured = [
    { size: 2, peak: 520 },
    { size: 8, peak: 580 },
  ] as const; // 500 MiB and 10 a pair

  it('follows the line through two measured steps', () => {
    expect(thatFit(128, 900, measured)).toBe(40);
    expect(thatFit(32, 900, measured)).toBe(32);
    expect(thatFit(32, 100, measured)).toBe(1);
  });

  it('takes all when pairs cost nothing that can be measured', () => {
    const flat = [
      { size: 2, peak: 520 },
      { size: 8, peak: 520 },
    ] as const;
    expect(thatFit(64, 600, flat)).toBe(64);
    expect(thatFit(64, 500, flat)).toBe(1);
  });
});
