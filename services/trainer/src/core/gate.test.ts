import { settingsSchema } from '@millrace/shared/contracts/settings';
import { rng } from '@millrace/shared/domain/rng';
import { describe, expect, it } from 'vitest';
import { lowerBound } from './bootstrap.ts';
import { gate, lossGate } from './gate.ts';

const limits = settingsSchema.parse({}).training;

/** Queries of 40 users, ten each; the candidate gains `gain` on average, with noise of a user and of a query. */
function holdout(gain: number, users = 40) {
  const random = rng(3);
  const groups: string[] = [];
  const reference: number[] = [];
  const candidate: number[] = [];
  for (let user = 0; user < users; user++) {
    const ofUser = (random() - 0.5) / 10;
    for (let query = 0; query < 10; query++) {
      const before = random();
      groups.push(`u${user}`);
      reference.push(before);
      candidate.push(before + gain + ofUser + (random() - 0.5) / 10);
    }
  }
  return { groups, reference, candidate };
}

describe('lowerBound', () => {
  it('agrees with the exact bootstrap distribution, all resamples enumerated', () => {
    const differences = [0.3, 0.1, -0.2, 0.5, 0.05, 0.4, -0.1];
    const groups = ['a', 'a', 'b', 'c', 'd', 'd', 'e'];
    const clusters = [[0.3, 0.1], [-0.2], [0.5], [0.05, 0.4], [-0.1]];
    const exact: number[] = [];
    for (let code = 0; code < 5 ** 5; code++) {
      const drawn = [0, 1, 2, 3, 4].flatMap((i) => clusters[Math.floor(code / 5 ** i) % 5] ?? []);
      exact.push(drawn.reduce((a, b) => a + b, 0) / drawn.length);
    }
    exact.sort((a, b) => a - b);
    const at = (q: number) => exact[Math.floor(q * exact.length)] ?? 0;
    const bound = lowerBound({ differences, groups }, { draws: 2000, confidence: 0.95, seed: 1 });
    // 2,000 draws: the 5 % quantile lies between the exact 3.5 % and 6.5 % quantiles (three standard errors of 0.5 %).
    expect(bound).toBeGreaterThanOrEqual(at(0.035));
    expect(bound).toBeLessThanOrEqual(at(0.065));
  });

  it('agrees with the normal approximation over users when there are many', () => {
    const { candidate, reference, groups } = holdout(0.02, 400);
    const differences = candidate.map((score, i) => score - (reference[i] ?? 0));
    const perUser = Array.from(
      { length: 400 },
      (_, u) => differences.slice(10 * u, 10 * u + 10).reduce((a, b) => a + b, 0) / 10,
    );
    const mean = perUser.reduce((a, b) => a + b, 0) / 400;
    const variance = perUser.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 400;
    const expected = mean - 1.6449 * Math.sqrt(variance / 400);
    const bound = lowerBound({ differences, groups }, { draws: 2000, confidence: 0.95, seed: 5 });
    expect(Math.abs(bound - expected)).toBeLessThan(0.15 * Math.sqrt(variance / 400));
  });
});

describe('gate', () => {
  const general = { base: 0.6, candidate: 0.58 };
  const decide = (gain: number, users?: number, more: Partial<typeof limits> = {}) =>
    gate({
      ...holdout(gain, users),
      against: 'champion',
      general,
      limits: { ...limits, ...more },
      seed: 42,
    });

  it('promotes a clear gain and says every figure', () => {
    const result = decide(0.05);
    expect(result.decision).toBe('promoted');
    expect(result.sentence).toMatch(
      /^Promoted: MRR@10 went from 0\.\d{4} \(champion\) to 0\.\d{4} on 400 holdout queries of 40 users; with 95 % confidence the change is at least \+0\.\d{4}, above 0\.0000 is needed; on general sentences it went from 0\.6000 \(base\) to 0\.5800, at most 0\.0500 may be lost$/,
    );
  });

  it('refuses a loss, no change at all, and a gain below min_gain', () => {
    expect(decide(-0.05).decision).toBe('refused');
    expect(decide(0.05, 40, { min_gain: 0.1 }).decision).toBe('refused');
    const { groups, reference } = holdout(0);
    const same = {
      groups,
      reference,
      candidate: reference,
      against: 'base' as const,
      general,
      limits,
      seed: 1,
    };
    expect(gate(same)).toMatchObject({ decision: 'refused', gain: 0, lowerBound: 0 });
  });

  it('decides nothing on a small holdout, however large the gain', () => {
    expect(decide(0.5, 19).decision).toBe('insufficient_evidence');
    const { groups, reference, candidate } = holdout(0.5);
    const first = 199;
    const result = gate({
      groups: groups.slice(0, first).map((_, i) => `u${i}`),
      reference: reference.slice(0, first),
      candidate: candidate.slice(0, first),
      against: 'base',
      general,
      limits,
      seed: 1,
    });
    expect(result.decision).toBe('insufficient_evidence');
    expect(result.sentence).toContain('200 queries of 20 users are needed');
  });

  it('refuses what has forgotten more than is allowed, however large the gain, and says both figures', () => {
    const forgets = { ...general, candidate: 0.54 };
    const judge = (max_forgetting: number, users?: number) =>
      gate({
        ...holdout(0.5, users),
        against: 'base',
        general: forgets,
        limits: { ...limits, max_forgetting },
        seed: 42,
      });
    expect(judge(0.05)).toMatchObject({
      decision: 'refused',
      forgotten: expect.closeTo(0.06, 12),
      sentence: expect.stringMatching(/^Refused: .* to 0\.5400, at most 0\.0500 may be lost$/),
    });
    expect(judge(0.07).decision).toBe('promoted');
    expect(judge(0.05, 19)).toMatchObject({
      decision: 'insufficient_evidence',
      sentence: expect.stringContaining('to 0.5400, at most 0.0500 may be lost'),
    });
  });

  it('refuses a model that gave no number for one query, or for the general sentences', () => {
    const of = holdout(0.5);
    const broken = of.candidate.map((score, i) => (i === 7 ? Number.NaN : score));
    const common = { ...of, against: 'base', limits, seed: 42 } as const;
    expect(gate({ ...common, general, candidate: broken }).decision).toBe('refused');
    const unknown = { ...general, candidate: Number.NaN };
    expect(gate({ ...common, general: unknown }).decision).toBe('refused');
  });

  it('is a function of its input', () => {
    expect(decide(0.01)).toEqual(decide(0.01));
  });
});

describe('lossGate', () => {
  /** Sessions of 30 users, two each, ten tokens a session; the candidate's loss is lower by `gain` nats a token. */
  const judged = (gain: number, general = 0) => {
    const random = rng(7);
    const reference = Array.from({ length: 60 }, () => ({ loss: 30 + random(), tokens: 10 }));
    return lossGate({
      reference,
      candidate: reference.map(({ loss }) => ({ loss: loss - 10 * gain, tokens: 10 })),
      against: 'base',
      groups: reference.map((_, i) => `u${i % 30}`),
      answers: 240,
      general: { base: 4, candidate: 4 + general },
      limits: { ...limits, max_forgetting: 0.1 },
      seed: 1,
    });
  };

  it('promotes a lower loss, in nats a token, and refuses a higher one', () => {
    expect(judged(0.2)).toMatchObject({ decision: 'promoted', queries: 240, groups: 30 });
    expect(judged(0.2).gain).toBeCloseTo(0.2, 9);
    expect(judged(0.2).sentence).toMatch(
      /^Promoted: the loss went from 3\.\d{4} \(base\) to 2\.\d{4} nats a token on 240 holdout answers of 30 users/,
    );
    expect(judged(-0.2).decision).toBe('refused');
  });

  it('refuses a model that lost too much of general text', () => {
    expect(judged(0.2, 0.05)).toMatchObject({ decision: 'promoted' });
    expect(judged(0.2, 0.2)).toMatchObject({ decision: 'refused' });
    expect(judged(0.2, 0.2).forgotten).toBeCloseTo(0.2, 9);
  });
});
