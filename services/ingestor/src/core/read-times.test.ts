import { describe, expect, it } from 'vitest';
import { readTimesAfter } from './read-times.ts';

const at = (committed: bigint | null, end: bigint) => [{ partition: 0, begin: 0n, end, committed }];
const readAt = (times: ReturnType<typeof readTimesAfter>) => times.get(0)?.readAtMs;

describe('readTimesAfter()', () => {
  it('has read up to now where nothing waits, also where nothing ever came', () => {
    expect(readAt(readTimesAfter(new Map(), at(5n, 5n), 100))).toBe(100);
    expect(readAt(readTimesAfter(new Map(), at(null, 0n), 100))).toBe(100);
  });

  it('has read all of a partition whose records went by their age: none comes that moves the commit on', () => {
    const gone = [{ partition: 0, begin: 9n, end: 9n, committed: 4n }];
    expect(readAt(readTimesAfter(new Map(), gone, 100))).toBe(100);
  });

  it('does not know what was read while what lay there at the first look still waits', () => {
    const first = readTimesAfter(new Map(), at(2n, 5n), 100);
    const second = readTimesAfter(first, at(4n, 9n), 200);
    expect([readAt(first), readAt(second)]).toEqual([null, null]);
  });

  it('has read up to the look whose end it reached, under load that never ends', () => {
    let times = readTimesAfter(new Map(), at(2n, 5n), 100);
    times = readTimesAfter(times, at(5n, 9n), 200);
    expect(readAt(times)).toBe(100);
    times = readTimesAfter(times, at(8n, 12n), 300);
    expect(readAt(times)).toBe(100);
    times = readTimesAfter(times, at(9n, 15n), 400);
    expect(readAt(times)).toBe(200);
  });
});
