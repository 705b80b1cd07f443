import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readText } from './tokens.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('readText()', () => {
  it('forgets words that it will not see again: 260,000 new ones leave less than 30 MB (46 MB without)', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const word = (i: number) =>
      `x${[0, 1, 2, 3].map((k) => letters[Math.floor(i / 26 ** k) % 26]).join('')}`;
    const message = (i: number) =>
      Array.from({ length: 2000 }, (_, k) => word(i * 2000 + k)).join(' ');
    readText(message(0));
    const before = heapBytes();
    for (let i = 1; i <= 130; i++) readText(message(i));
    expect(heapBytes() - before).toBeLessThan(30e6);
  }, 180_000);

  it('gives tokens by offsets into the text as it is, blanks kept', () => {
    const text = '  Hello  there ,  it\'s   odd : "quoted" text …  really ?\n\n- one small step\n';
    for (const token of readText(text).tokens) {
      expect(text.slice(token.start, token.end)).toBe(token.text);
    }
    expect(readText(text).tokens.map((token) => token.text)).toContain('odd');
  });

  it('tags a code span as one noun', () => {
    const { tokens } = readText('please increase `max_wait --now` by 5 km quickly');
    expect(tokens.map((t) => [t.text, t.fixed])).toEqual([
      ['please', false],
      ['increase', false],
      ['`max_wait --now`', true],
      ['by', false],
      ['5 km', true],
      ['quickly', false],
    ]);
    expect(tokens[2]?.pos).toBe('NOUN');
  });

  it('says the same of a text whatever it read before', () => {
    const text = 'I really want to purchase a cheap apartment near the station';
    const first = readText(text);
    for (let i = 0; i < 50; i++) readText(`word${i} said nothing new to anyone ${i}`);
    expect(readText(text)).toEqual(first);
  });

  it('keeps offsets in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => {
        let end = 0;
        for (const token of readText(text).tokens) {
          expect(text.slice(token.start, token.end)).toBe(token.text);
          expect(token.start).toBeGreaterThanOrEqual(end);
          end = token.end;
        }
      }),
    );
  });

  it.each(['-', '!?', 'ab.', "a'", 'x', '.', '('])(
    'reads 20,000 characters of %s in seconds, not minutes',
    (unit) => {
      readText('warm');
      const start = performance.now();
      readText(unit.repeat(20_000 / unit.length));
      expect(performance.now() - start).toBeLessThan(8000);
    },
  );
});

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
