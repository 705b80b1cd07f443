import { expect, test } from 'vitest';
import { messageFlaw } from './message-flaw.ts';

const limits = { min_sequence_length: 2, max_sequence_length: 8, quality_threshold: 0.7 };

test.each([
  ['I want a cheap room', null],
  ['Go', 'too_short'],
  ['one two three four five six seven eight nine', 'too_long'],
  ['no no no no no no ?!?!?!?!?!?!?!', 'low_quality'],
  ['It\u00e2\u0080\u0099s a cheap room', 'damaged'],
  ['a <div>cheap</div> room', 'damaged'],
  ['write to ann@example.com about it', 'sensitive'],
])('messageFlaw() of %j is %s', (text, flaw) => {
  expect(messageFlaw(text, limits)).toBe(flaw);
});
