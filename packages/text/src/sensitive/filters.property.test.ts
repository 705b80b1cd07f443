/** The filters before the detectors save time and change nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectors, findSensitive } from '../sensitive.ts';
import { disjoint } from './disjoint.ts';

const unfiltered = (text: string) => disjoint(detectors.flatMap((d) => d.find(text)));

/** Pieces of what detectors look for, whole and broken. */
const piece = fc.constantFrom(
  ...'0 1 7 42 202 555 0112 4111 1111 000-12-4052 192.0.2.216 2001:db8::1 :: : . - ( ) + @ = " [EMAIL_1]'.split(
    ' ',
  ),
  ...' (at)  at | dot |ana|ana@x.example|x.com|my name is |I am Mr |Ana Lind|Mark| speaking| here|this is |İ'.split(
    '|',
  ),
  ...'password is |api_key=|Bearer |token: |the key is |contraseña: |hunter2|q7Zp2LmX9vTr4KsW8bNd|call |ssn |ip '.split(
    '|',
  ),
  ...'DE89 3704 0044 0532 0130 00|AKIAIOSFODNN7EXAMPLE|sk-|ghp_|eyJhbGciOi|.eyJ|postgres://|u:p@h|-----BEGIN |PRIVATE KEY-----'.split(
    '|',
  ),
  ' ',
  '\n',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
  fc
    .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 10 })
    .map((p) => p.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describe('findSensitive()', () => {
  it('finds with filters what the detectors find without', () => {
    let hits = 0;
    fc.assert(
      fc.property(text, (sample) => {
        const found = findSensitive(sample);
        hits += found.length;
        expect(found).toEqual(unfiltered(sample));
      }),
      { numRuns: 3000 },
    );
    expect(hits).toBeGreaterThan(300);
  });

  it('gives sorted, disjoint, filled spans', () => {
    fc.assert(
      fc.property(text, (sample) => {
        let end = 0;
        for (const span of findSensitive(sample)) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          expect(span.end).toBeGreaterThan(span.start);
          end = span.end;
        }
        expect(end).toBeLessThanOrEqual(sample.length);
      }),
      { numRuns: 2000 },
    );
  });

  const chats = new URL('../../../../../shared/datasets/star.dirty.dev.jsonl.gz', import.meta.url);
  const missing = !existsSync(chats);
  if (missing) process.stderr.write('SKIPPED: no real messages, ../shared/datasets is missing\n');

  it.skipIf(missing)('finds the same with and without filters in real messages', () => {
    const contents = [
      ...gunzipSync(readFileSync(chats))
        .toString('utf8')
        .matchAll(/"content": ?("(?:[^"\\]|\\.)*")/g),
    ].map((match) => String(JSON.parse(match[1] ?? '""')).slice(0, 2000));
    expect(contents.length).toBeGreaterThan(3000);
    const hits = contents.flatMap((content) => {
      const found = findSensitive(content);
      expect(found).toEqual(unfiltered(content));
      return found;
    });
    expect(new Set(hits.map((span) => span.kind)).size).toBe(8);
  });
});
