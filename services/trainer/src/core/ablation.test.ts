import { describe, expect, it } from 'vitest';
import { copyPolicyOf, judgeTechnique, standingVerdicts, trainingGain } from './ablation.ts';

const users = Array.from({ length: 400 }, (_, i) => `u${i % 40}`);
const without = users.map((_, i) => 0.3 + (i % 7) / 20);
/** What training brought to each query, over the base. */
const gained = (differenceOf: (query: number) => number) =>
  trainingGain(
    { with: without, without: without.map((score, i) => score - differenceOf(i)), groups: users },
    1,
  );
const learned = gained(() => 0.05);
const judged = (differenceOf: (query: number) => number, gain = learned) => {
  return judgeTechnique(
    'synonym',
    { without, with: without.map((score, i) => score + differenceOf(i)), groups: users },
    { gain, copies: 2, copiesTrained: 300, seed: 1 },
  );
};

describe('judgeTechnique()', () => {
  it('keeps what gains with certainty', () => {
    const verdict = judged((i) => (i % 3 === 0 ? 0.06 : 0));
    expect(verdict).toMatchObject({ decision: 'kept', copies: 2, copies_trained: 300 });
    expect(verdict.mean).toBeCloseTo((134 * 0.06) / 400, 6); // 134 of 400 numbers are multiples of 3
    expect(verdict.lower).toBeGreaterThan(0);
    expect(verdict.upper).toBeGreaterThan(verdict.mean);
    expect(verdict.with - verdict.without).toBeCloseTo(verdict.mean, 5);
    expect(verdict.sentence).toContain('synonym is kept: MRR@10 +0.0201');
  });

  it('keeps a gain whose lower bound is a little below 0, and no further', () => {
    const wave = (size: number) => (i: number) => (i % 40 < 20 ? size : -size) + 0.001;
    const narrow = judged(wave(0.008));
    expect(narrow.lower).toBeLessThan(0);
    expect(narrow.lower).toBeGreaterThan(-0.002);
    expect(narrow.decision).toBe('kept');
    const wide = judged(wave(0.05));
    expect(wide.mean).toBeGreaterThan(0);
    expect(wide.lower).toBeLessThan(-0.002);
    expect(wide.decision).toBe('off');
  });

  it('switches off what costs, and what changes nothing', () => {
    expect(judged(() => -0.0001).decision).toBe('off');
    expect(judged(() => 0)).toMatchObject({ decision: 'off', mean: 0, lower: 0, upper: 0 });
  });

  it('keeps nothing by a training that gains nothing with certainty over its base', () => {
    const halves = (i: number) => (i % 40 < 20 ? 0.05 : -0.05);
    for (const gain of [gained(() => 0), gained((i) => halves(i) + 0.001), gained(() => -0.05)]) {
      const verdict = judged(() => 0.02, gain);
      expect(verdict).toMatchObject({ decision: 'off', mean: 0.02 });
      expect(verdict.sentence).toContain('not to be judged, for without copies training brought');
    }
    expect(judged(() => 0.02).decision).toBe('kept');
  });
});

it('of each technique the newest verdict stands, and says how many copies train', () => {
  const synonym = judged(() => 0.1);
  const ablations = [
    { made_at: '1', techniques: [synonym, { ...judged(() => 0.1), technique: 'deletion' }] },
    { made_at: '2', techniques: [{ ...judged(() => -0.1), technique: 'deletion' }] },
  ];
  const standing = standingVerdicts(ablations);
  expect(
    standing.map(({ technique, decision, made_at }) => [technique, decision, made_at]),
  ).toEqual([
    ['deletion', 'off', '2'],
    ['synonym', 'kept', '1'],
  ]);
  expect(copyPolicyOf(standing)).toEqual({ deletion: 0, synonym: 2 });
  expect(copyPolicyOf([])).toEqual({});
});
