import { describe, expect, it } from 'vitest';
import { refusalOf } from './quality.ts';

const limits = { min_sequence_length: 1, max_sequence_length: 512, quality_threshold: 0.7 };
const none = { known: new Set<string>(), limits };

describe('refusalOf()', () => {
  it.each([
    ['unchanged', 'I want a cheap room', 'I want a  cheap room'],
    ['unchanged', 'I want a cheap room.', 'I want a cheap room'],
    ['pronouns_changed', 'Can we change the day to Friday', 'Can change the day to Friday'],
    ['pronouns_changed', 'I would like to see a room', 'It would like me to see a room'],
    ['numbers_changed', 'I want 2 cheap rooms', 'I want 3 cheap rooms'],
    ['numbers_changed', 'call me at three please', 'call me at four please'],
    ['protected_changed', 'ask Marta for a cheap room', 'ask Maria for a cheap room'],
    ['protected_changed', 'run `npm ci` on a cheap box', 'run `npm it` on a cheap box'],
    [
      'protected_changed',
      'a table at the Cactus Club please',
      'a table at the Cactus big Club please',
    ],
    ['protected_changed', 'from San Diego to Rome please now', 'from San Diego Rome please now'],
    ['protected_changed', 'Saturday is fine for me', 'so Saturday is fine for me'],
    ['negation_changed', "doesn't really matter to me", "Doesn't matter to me"],
    ['negation_changed', 'I do not want a cheap room', 'I do want a cheap room'],
    ['negation_changed', 'I want a cheap room', 'I never want a cheap room'],
    ['antonym', 'I want a cheap room now', 'I want an expensive room now'],
    ['antonym', 'we bought the old house', 'we sold the old house'],
    ['antonym', 'please enable it for me', 'please disable it for me'],
    ['antonym', 'we need the hotter room', 'we need the colder room'],
    ['antonym', 'I was happy with it', 'I was unhappy with it'],
    ['ungrammatical', 'I want a cheap room', 'I want a inexpensive room'],
    ['ungrammatical', 'please send it to me now', 'please send it to to me now'],
    [
      'ungrammatical',
      'thanks for all your help you made it',
      'thanks for all your help you to made it',
    ],
    ['too_short', 'really cheap room', 'cheap room'],
  ])('says %s', (reason, original, copy) => {
    expect(refusalOf(original, copy, none)).toBe(reason);
  });

  it('refuses what the session already says, in any case and spacing', () => {
    expect(
      refusalOf('I want a cheap room', 'I want an inexpensive room', {
        known: new Set(['i want an inexpensive room']),
        limits,
      }),
    ).toBe('duplicate');
  });

  it('takes a copy that only says it in other words', () => {
    expect(refusalOf('I want 2 cheap rooms', 'I want 2 inexpensive rooms', none)).toBeNull();
  });

  it('refuses a copy that fails a check of messages which its original passes', () => {
    const [original, copy] = ['I want a cheap room', 'I want an inexpensive lovely room'];
    const at = (changed: object) =>
      refusalOf(original, copy, { ...none, limits: { ...limits, ...changed } });
    expect(at({ max_sequence_length: 6 })).toBeNull();
    expect(at({ max_sequence_length: 5 })).toBe('message_checks');
    expect(at({ max_sequence_length: 4 })).toBeNull(); // the original is too long as well
    expect(refusalOf(original, 'I want a <b>cheap</b> lovely room', none)).not.toBeNull();
  });
});
