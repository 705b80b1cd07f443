import { describe, expect, it } from 'vitest';
import { refusalOf } from './quality.ts';

const none: ReadonlySet<string> = new Set();

describe('refusalOf()', () => {
  it.each([
    ['unchanged', 'I want a cheap room', 'I want a  cheap room'],
    ['numbers_changed', 'I want 2 cheap rooms', 'I want 3 cheap rooms'],
    ['numbers_changed', 'call me at three please', 'call me at four please'],
    ['protected_changed', 'ask Marta for a cheap room', 'ask Maria for a cheap room'],
    ['protected_changed', 'run `npm ci` on a cheap box', 'run `npm it` on a cheap box'],
    ['negation_changed', 'I do not want a cheap room', 'I do want a cheap room'],
    ['negation_changed', 'I want a cheap room', 'I never want a cheap room'],
    ['too_short', 'really cheap room', 'cheap room'],
  ])('says %s', (reason, original, copy) => {
    expect(refusalOf(original, copy, none)).toBe(reason);
  });

  it('refuses what the session already says, in any case and spacing', () => {
    expect(
      refusalOf(
        'I want a cheap room',
        'I want an inexpensive room',
        new Set(['i want an inexpensive room']),
      ),
    ).toBe('duplicate');
  });

  it('takes a copy that only says it in other words', () => {
    expect(refusalOf('I want 2 cheap rooms', 'I want 2 inexpensive rooms', none)).toBeNull();
  });
});
