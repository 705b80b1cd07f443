import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstInvalidUtf8 } from './invalid-utf8.ts';
import { decodeStrictJson, parseStrictJson } from './strict-json.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const problemOf = (text: string) => {
  const decoded = decodeStrictJson(bytesOf(text));
  return decoded.ok ? null : decoded.problem;
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('decodeStrictJson()', () => {
  it('reads what JSON.stringify writes, whatever the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        const decoded = decodeStrictJson(bytesOf(text));
        expect(decoded.ok && isDeepStrictEqual(decoded.value, JSON.parse(text))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('reads strings and keys of any UTF-16 units', () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 40 }), (units) => {
        const text = String.fromCharCode(...units);
        const value = { [text]: [text] };
        expect(decodeStrictJson(bytesOf(JSON.stringify(value)))).toEqual({ ok: true, value });
      }),
    );
  });

  it('accepts a damaged text only where JSON.parse does', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.constantFrom('', ',', '"', '\\', '}', ']', '0', 'e', '-', ' ', '\t', '\u0001', 'N'),
    );
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (json, edits) => {
          let text = json;
          for (const [place, insert] of edits) {
            const at = place % (text.length + 1);
            text = text.slice(0, at) + insert + text.slice(at + (insert === '' ? 1 : 0));
          }
          const ours = parseStrictJson(text);
          let theirs: { value: unknown } | null = null;
          try {
            theirs = { value: JSON.parse(text) };
          } catch {}
          if (ours.ok) expect(isDeepStrictEqual(ours.value, theirs?.value)).toBe(true);
          else if (theirs !== null) expect(ours.problem.kind).toMatch(/repeated_key|not_a_number/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('names the path of a repeated key, also when it is written in another way', () => {
    expect(problemOf('{"a":[{"b":1},{"c":1,"\\u0063":2}]}')).toMatchObject({
      kind: 'repeated_key',
      path: 'a[1].c',
      position: 21,
    });
    expect(problemOf('{"a":{"x":1},"b":{"x":1}}')).toBeNull();
  });

  it('names the place of NaN, Infinity and a number that overflows', () => {
    expect(problemOf('{"a":[1,NaN]}')).toMatchObject({
      kind: 'not_a_number',
      path: 'a[1]',
      position: 8,
    });
    expect(problemOf('[-Infinity]')).toMatchObject({ kind: 'not_a_number', position: 1 });
    expect(problemOf('[1e999]')).toMatchObject({ kind: 'not_a_number', position: 1 });
    expect(problemOf(`[${'9'.repeat(400)}]`)).toMatchObject({ kind: 'not_a_number' });
    expect(problemOf('[1e308]')).toBeNull();
  });

  it('takes 32 levels and refuses 33, also a million', () => {
    expect(problemOf(nested(32))).toBeNull();
    expect(problemOf(nested(33))).toMatchObject({ kind: 'too_deep', position: 32 });
    expect(problemOf(nested(1_000_000))).toMatchObject({ kind: 'too_deep' });
    expect(problemOf(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toMatchObject({
      kind: 'too_deep',
    });
  });

  it('keeps unpaired surrogates and NUL that come as escapes', () => {
    expect(decodeStrictJson(bytesOf('"\\ud83d \\u0000"'))).toEqual({
      ok: true,
      value: '\ud83d \u0000',
    });
  });

  it('refuses bytes that are not UTF-8, with their place', () => {
    const bytes = Uint8Array.from([0x22, 0x61, 0xff, 0x22]);
    expect(decodeStrictJson(bytes)).toMatchObject({
      ok: false,
      problem: { kind: 'not_utf8', position: 2 },
    });
  });

  it('keeps __proto__ as an own key and pollutes nothing', () => {
    const decoded = decodeStrictJson(bytesOf('{"__proto__":{"polluted":1}}'));
    expect(decoded.ok && Object.keys(decoded.value ?? {})).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('skips one byte order mark and says nothing of the text in its sentences', () => {
    expect(decodeStrictJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31]))).toEqual({
      ok: true,
      value: 1,
    });
    expect(problemOf('{"message": secret words}')?.sentence).toBe(
      'a value is expected, at position 12, in message',
    );
    expect(problemOf('')).toMatchObject({
      kind: 'syntax',
      sentence: 'the document is empty, at position 0',
    });
  });

  it('is linear: a MiB of escapes, of keys or of text end within seconds, where a square of that would take hours', () => {
    const keys = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`key-${i}`, i]));
    for (const value of [
      keys,
      '\u0000'.repeat(170_000),
      'a'.repeat(1 << 20),
      Array(100_000).fill([{}]),
    ]) {
      const bytes = bytesOf(JSON.stringify(value));
      const start = performance.now();
      expect(decodeStrictJson(bytes).ok).toBe(true);
      expect(performance.now() - start).toBeLessThan(10_000);
    }
  });
});

describe('firstInvalidUtf8()', () => {
  it('agrees with a fatal TextDecoder on random bytes', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const byte = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc1,
      0xc3,
      0xa0,
      0xe0,
      0xed,
      0x9f,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xff,
    );
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(byte, { maxLength: 6 }), (random, chosen) => {
        const bytes = chosen.length > 0 ? Uint8Array.from(chosen) : random;
        let valid = true;
        try {
          decoder.decode(bytes);
        } catch {
          valid = false;
        }
        const at = firstInvalidUtf8(bytes);
        if (valid) expect(at).toBe(bytes.length);
        else expect(() => decoder.decode(bytes.subarray(0, at + 1))).toThrow();
        // what lies before the place is whole, unless only the end is missing
        if (at < bytes.length) expect(() => decoder.decode(bytes.subarray(0, at))).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});
