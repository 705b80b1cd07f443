import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { exampleSplits } from './example-splits.ts';
import type { SessionFacts } from './session-facts.ts';
import { sessionKeyOf } from './session-key.ts';

const options = { strategy: 'group-k-fold', k: 3, leaveOut: 1, seed: 7, label: null } as const;
const noFacts: ReadonlyMap<string, SessionFacts> = new Map();
const originals = Array.from({ length: 24 }, (_, i) =>
  aPair({ session: `s${i % 12}`, user: `u${i % 6}`, position: Math.floor(i / 12) }),
);

describe('exampleSplits', () => {
  it('keeps users and families whole, tests each original once, and never a copy', () => {
    const copies = originals.map((pair) => aCopyOf(pair));
    const { splits } = exampleSplits([...originals, ...copies], { ...options, facts: noFacts });
    for (const { train, validation } of splits) {
      const trained = new Set(train.map((e) => e.userId));
      expect(validation.some((e) => trained.has(e.userId))).toBe(false);
      expect(validation.every((e) => e.parentId === null)).toBe(true);
      expect(train.filter((e) => e.parentId !== null)).toHaveLength(train.length / 2);
    }
    const tested = splits.flatMap((s) => s.validation.map((e) => e.id));
    expect(tested.toSorted()).toEqual(originals.map((e) => e.id).toSorted());
  });

  it('masks and counts what nearly says a text under test, in the training only', () => {
    const said = 'Please take the lamp back to the shop where you bought it, with the receipt.';
    const twins = [
      aPair({ session: 'x', user: 'ann', positive: said }),
      aPair({ session: 'y', user: 'bob', positive: said.replace('Please', 'please do') }),
    ];
    const { splits } = exampleSplits([...originals, ...twins], {
      ...options,
      k: 8,
      facts: noFacts,
    });
    const masked = splits.map((s) => s.masked);
    expect(masked.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    for (const split of splits) {
      const here = twins.filter((twin) => split.validation.includes(twin));
      expect(here).toHaveLength(split.masked);
      if (here.length > 0) expect(twins.some((twin) => split.train.includes(twin))).toBe(false);
    }
  });

  it('trains forward in time on what was said before the first tested session', () => {
    const day = 86_400_000;
    const facts = new Map(
      originals.map((pair, i) => [
        sessionKeyOf(pair),
        { labels: new Map<string, string>(), startedAtMs: (i % 12) * day },
      ]),
    );
    const { splits } = exampleSplits(originals, { ...options, strategy: 'forward', facts });
    const time = (e: (typeof originals)[number]) => facts.get(sessionKeyOf(e))?.startedAtMs ?? 0;
    expect(splits.map((s) => s.tested)).toEqual([[1], [2]]);
    for (const { train, validation } of splits) {
      expect(Math.max(...train.map(time))).toBeLessThan(Math.min(...validation.map(time)));
    }
    // users come back after six days: their later sessions would be of the future
    expect(splits.every((s) => s.later > 0)).toBe(true);
  });
});
