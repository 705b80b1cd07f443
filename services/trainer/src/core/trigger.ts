import type { Settings } from '@millrace/shared/contracts/settings';

/** What the database says about one model line. */
export interface TriggerFacts {
  /** Examples that became ready after the line's last job or dataset. */
  readonly newExamples: number;
  /** Seconds since the last of them became ready. */
  readonly secondsQuiet: number;
  /** Seconds since the first of them became ready. */
  readonly secondsWaiting: number;
  readonly queuedJobs: number;
  readonly runningJobs: number;
}

export type TriggerDecision =
  | { readonly kind: 'queue'; readonly reason: string }
  | { readonly kind: 'not_yet'; readonly because: string };

type Limits = Pick<
  Settings['training'],
  'min_new_examples' | 'quiet_seconds' | 'max_wait_seconds' | 'min_training_examples'
>;

/**
 * Whether an automatic training is due: enough new examples and the line has gone quiet, or the first new example has
 * waited long enough. A line with a job under way waits for its end, since that job may have seen the examples.
 */
export function trigger(facts: TriggerFacts, limits: Limits): TriggerDecision {
  const { newExamples, secondsQuiet, secondsWaiting } = facts;
  if (facts.queuedJobs > 0) return notYet('a job of this line is queued');
  if (facts.runningJobs > 0) return notYet('a job of this line is running');
  if (newExamples === 0) return notYet('no example became ready since the last job');
  if (newExamples >= limits.min_new_examples && secondsQuiet >= limits.quiet_seconds) {
    return {
      kind: 'queue',
      reason: `${newExamples} new examples, quiet for ${whole(secondsQuiet)} s`,
    };
  }
  if (newExamples >= limits.min_training_examples && secondsWaiting >= limits.max_wait_seconds) {
    return {
      kind: 'queue',
      reason: `${newExamples} new examples, the first has waited ${whole(secondsWaiting)} s`,
    };
  }
  if (newExamples < limits.min_new_examples) {
    const wait = limits.max_wait_seconds - secondsWaiting;
    const orAfter =
      newExamples < limits.min_training_examples || wait <= 0 ? '' : `, or ${whole(wait)} s more`;
    return notYet(`${newExamples} of ${limits.min_new_examples} new examples${orAfter}`);
  }
  return notYet(
    `${newExamples} new examples, quiet for ${whole(secondsQuiet)} of ${limits.quiet_seconds} s`,
  );
}

const notYet = (because: string): TriggerDecision => ({ kind: 'not_yet', because });
const whole = (seconds: number): number => Math.floor(seconds);
