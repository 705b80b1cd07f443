import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repairText } from './repairs.ts';

test('repairText() tells each change with its rule and the text on both sides', () => {
  expect(repairText('a\u0000b')).toEqual({
    text: 'ab',
    repairs: [
      {
        code: 'control_chars',
        rule: 'strip_controls',
        value: 'U+0000 x1',
        span: [1, 2],
        before: 'a\u0000b',
        after: 'ab',
      },
    ],
  });
});

test.each(['\u061c', '\ufffe', '\ufdd0'])('repairText() takes %j out of English', (code) => {
  expect(repairText(`in t${code}ime`)).toMatchObject({
    text: 'in time',
    repairs: [{ code: 'control_chars' }],
  });
});

test('repairText() keeps a direction mark beside letters that need it', () => {
  const arabic = 'مرحبا\u061c 12';
  expect(repairText(arabic)).toEqual({ text: arabic, repairs: [] });
});

test('repairText() leaves a sound text alone', () => {
  expect(repairText('Café — “fine”, 3 < 5 👍🏽')).toEqual({
    text: 'Café — “fine”, 3 < 5 👍🏽',
    repairs: [],
  });
});

test('repairText() finds nothing in its own result, and its changes form a chain', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (received) => {
      const { text, repairs } = repairText(received);
      expect(repairText(text)).toEqual({ text, repairs: [] });
      const chain = [received, ...repairs.map((r) => r.after)];
      expect(repairs.map((r) => r.before)).toEqual(chain.slice(0, -1));
      expect(chain.at(-1)).toBe(text);
    }),
    { numRuns: 500 },
  );
});
