import { settingsSchema } from '@millrace/shared/contracts/settings';
import { describe, expect, it } from 'vitest';
import { type TriggerFacts, trigger } from './trigger.ts';

const limits = settingsSchema.parse({}).training;
const idle: TriggerFacts = {
  newExamples: 0,
  secondsQuiet: 0,
  secondsWaiting: 0,
  queuedJobs: 0,
  runningJobs: 0,
};

describe('trigger', () => {
  it('queues when enough examples came and the line went quiet', () => {
    expect(trigger({ ...idle, newExamples: 612, secondsQuiet: 300.4 }, limits)).toEqual({
      kind: 'queue',
      reason: '612 new examples, quiet for 300 s',
    });
  });

  it('queues a few examples after the longest wait', () => {
    const facts = { ...idle, newExamples: 5, secondsQuiet: 10, secondsWaiting: 86_400 };
    expect(trigger(facts, limits)).toMatchObject({ kind: 'queue' });
    expect(trigger({ ...facts, newExamples: 4 }, limits)).toMatchObject({ kind: 'not_yet' });
  });

  it.each([
    [
      { ...idle, newExamples: 900, secondsQuiet: 900, queuedJobs: 1 },
      'a job of this line is queued',
    ],
    [
      { ...idle, newExamples: 900, secondsQuiet: 900, runningJobs: 1 },
      'a job of this line is running',
    ],
    [idle, 'no example became ready since the last job'],
    [{ ...idle, newExamples: 900, secondsQuiet: 12.7 }, '900 new examples, quiet for 12 of 300 s'],
    [{ ...idle, newExamples: 3, secondsWaiting: 5 }, '3 of 500 new examples'],
    [{ ...idle, newExamples: 30, secondsWaiting: 400 }, '30 of 500 new examples, or 86000 s more'],
  ])('says why not yet: %o', (facts, because) => {
    expect(trigger(facts, limits)).toEqual({ kind: 'not_yet', because });
  });
});
