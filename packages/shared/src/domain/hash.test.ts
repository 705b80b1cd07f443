import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventId, sha256Hex, unitInterval } from './hash.ts';

test('sha256Hex() equals node:crypto on texts and bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
  const bytes = new Uint8Array([0, 255, 1]);
  expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('eventId() is a version 5 UUID of its key and of nothing else', () => {
  expect(eventId('a', 1)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(eventId('a', 1)).toBe(eventId('a', 1));
  expect(eventId('a', 1)).not.toBe(eventId('a1'));
});

test('unitInterval() lies in [0, 1) and spreads evenly', () => {
  const values = Array.from({ length: 2000 }, (_, i) => unitInterval(`user ${i}`));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03); // 4.6 standard errors
});
