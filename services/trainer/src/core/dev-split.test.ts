import { describe, expect, it } from 'vitest';
import { somePairs } from '../testing/ready-examples.ts';
import { devSplit } from './dev-split.ts';
import { groupOfExample } from './user-share.ts';

describe('devSplit', () => {
  const { pairs } = somePairs(60);

  it('takes whole users, about a tenth, the same for the same seed', () => {
    const { train, dev } = devSplit(pairs, 7);
    const groups = new Set(dev.map(groupOfExample));
    expect(train.some((pair) => groups.has(groupOfExample(pair)))).toBe(false);
    expect(train.length + dev.length).toBe(pairs.length);
    expect(dev).toHaveLength(18);
    expect(
      devSplit(pairs.toReversed(), 7)
        .dev.map(({ id }) => id)
        .toSorted(),
    ).toEqual(dev.map(({ id }) => id).toSorted());
    expect(devSplit(pairs, 8).dev).not.toEqual(dev);
  });

  it('watches no copy and takes nothing where a user is more than a tenth', () => {
    const copy = { ...(pairs[0] ?? never()), id: 'copy', parentId: pairs[0]?.id ?? null };
    const { dev, train } = devSplit([...pairs, copy], 7);
    expect(dev).not.toContain(copy);
    expect(train.includes(copy)).toBe(!dev.some(({ id }) => id === copy.parentId));
    expect(devSplit(pairs.slice(0, 9), 7).dev).toEqual([]);
  });
});

function never(): never {
  throw new Error('there are no pairs');
}
