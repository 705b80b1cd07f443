import { describe, expect, it } from 'vitest';
import { phaseProgress, type TrainingProgress } from './progress.ts';

describe('phaseProgress()', () => {
  it('says the beginning and the end, and counts only what this process did', () => {
    const sent: TrainingProgress[] = [];
    const progress = phaseProgress({ name: 'train', from: 6, total: 8 }, (p) => sent.push(p));
    progress.step(7, { loss: 2, tokens: 100 });
    progress.step(8, { loss: 1, tokens: 50 });
    expect(sent[0]).toMatchObject({
      phase: 'train',
      step: 6,
      total_steps: 8,
      loss: null,
      tokens: 0,
    });
    expect(sent.at(-1)).toMatchObject({ step: 8, loss: 1, tokens: 150, eta_seconds: 0 });
    expect(sent.at(-1)?.tokens_per_second).toBeGreaterThan(0);
  });
});
