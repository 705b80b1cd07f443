import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import type { Side } from '@millrace/shared/domain/side';
import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { freeze } from './freeze.ts';
import { groupOfExample } from './user-share.ts';

const revisions = { validator: 'v1', augmentor: 'a1' };

function frozen(examples: readonly PairExample[], validation: object = {}, holdout = 'held') {
  const sides = examples.map((e): [string, Side] => [
    groupOfExample(e),
    e.userId === holdout ? 'holdout' : 'train',
  ]);
  const settings = settingsSchema.parse({ validation });
  return freeze({
    modelType: 'embedding',
    examples,
    sides: new Map(sides),
    settings,
    seed: 42,
    revisions,
  });
}

const anchor = 'My parcel should have come on Tuesday, could you please look where it is?';
const positive = 'I am sorry to hear that. It lies in our depot and comes to you tomorrow.';

describe('near duplicates in a freeze', () => {
  const given = (session: string, user: string, said = anchor) =>
    aPair({ session, user, anchor: said, positive });

  it('keeps one of those that nearly say the same, the same one in any order, and counts the others', () => {
    const three = [
      given('s1', 'ann'),
      given('s2', 'bob', anchor.replace('please ', '')),
      given('s3', 'cid', anchor.replace('Tuesday', 'Tuesdayy')),
    ];
    const result = frozen(three);
    expect(result.counts.dropped).toEqual({ near_duplicate: 2 });
    expect(result.train).toHaveLength(1);
    expect(frozen(three.toReversed())).toEqual(result);
  });

  it('works on both sides, each by itself', () => {
    const result = frozen([
      given('s1', 'held'),
      given('s2', 'held', anchor.replace('please ', '')),
      aPair({ session: 's3', user: 'ann' }),
    ]);
    expect(result.counts).toMatchObject({ train: 1, holdout: 1, dropped: { near_duplicate: 1 } });
  });

  it('lets copies be like their originals, and drops them with these', () => {
    const kept = given('s1', 'ann');
    const twin = given('s2', 'bob', anchor.replace('please ', ''));
    const result = frozen([kept, aCopyOf(kept), twin, aCopyOf(twin)]);
    expect(result.train).toHaveLength(2);
    expect(result.counts.dropped).toEqual({ near_duplicate: 1, parent_dropped: 1 });
  });
});

const words = 'river kettle lantern button garden window basket copper mirror saddle'.split(' ');
/** A sentence of 8 to 14 words of the list, another one for each number. */
function sentence(i: number): string {
  const length = 8 + ((i * 7) % 7);
  const picked = Array.from({ length }, (_, k) => words[(i * 31 + k * k * (i + 3)) % 10]);
  return `${picked.join(' ')} ${i.toString(36)}x`;
}
const usual = Array.from({ length: 80 }, (_, i) =>
  aPair({
    session: `s${i}`,
    user: `u${i % 30}`,
    anchor: sentence(i),
    positive: sentence(i + 1000),
  }),
);
const odd = aPair({
  session: 'odd',
  user: 'u1',
  anchor: `${'!?%$ '.repeat(200)} WHY`,
  positive: 'NO',
});

describe('outliers in a freeze', () => {
  it('drops what two of three detectors find far from the others, with its copy, and says so', () => {
    const result = frozen([...usual, odd, aCopyOf(odd)]);
    expect(result.counts.dropped).toMatchObject({ outlier: 1, parent_dropped: 1 });
    expect(result.train.some(({ id }) => id === odd.id)).toBe(false);
    expect(result.outliers).toMatchObject({
      dropped: 1,
      found: { z_score: 1 },
      beyond: { log_symbols: 1 },
    });
    expect(result.notes[0]).toMatch(/^1 of \d+ training originals/);
    expect(result.notes[0]).toContain('validation.outlier_threshold 2');
  });

  it('leaves the holdout as it is', () => {
    const held = { ...odd, userId: 'held' };
    const result = frozen([...usual, held]);
    expect(result.counts.dropped.outlier).toBeUndefined();
    expect(result.holdout).toEqual([held]);
  });

  it('gives every z-score of a constant feature as 0', () => {
    const same = Array.from({ length: 60 }, (_, i) =>
      aPair({
        session: `s${i}`,
        user: `u${i}`,
        anchor: String.fromCodePoint(0x4e00 + i),
        positive: String.fromCodePoint(0x5e00 + i),
      }),
    );
    const { outliers, counts } = frozen(same);
    expect(counts.dropped).toEqual({});
    expect(Object.values(outliers.beyond)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
