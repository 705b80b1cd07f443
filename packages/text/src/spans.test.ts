import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { protectedSpans } from './spans.ts';

const found = (text: string) =>
  protectedSpans(text).map((span) => `${span.kind}:${text.slice(span.start, span.end)}`);
const texts = (text: string) => protectedSpans(text).map((s) => text.slice(s.start, s.end));

vi.setConfig({ testTimeout: 60_000 });

describe('protectedSpans()', () => {
  it('finds links, addresses, handles and tags without the punctuation behind them', () => {
    expect(
      found('see https://a.example/b?c=1, mail m.k@x.example or ask @dev about #new-plan!'),
    ).toEqual([
      'url:https://a.example/b?c=1',
      'email:m.k@x.example',
      'handle:@dev',
      'tag:#new-plan',
    ]);
  });

  it.each([
    ['Take 5 mg twice a day, not 50 mg.', ['5 mg', 'twice', '50 mg']],
    [
      'It costs €1.234,56 here or $1,299.00 there, before 3 p.m.',
      ['€1.234,56', '$1,299.00', '3 p.m.'],
    ],
    [
      'Set 192.0.2.17 to firmware 0.9.12 by 2026-02-03, that is 10-15 % faster.',
      ['192.0.2.17', '0.9.12', '2026-02-03', '10-15 %'],
    ],
    [
      'Policy 7731-44KLM-09, ext. 12, phone +1 202 555 0147',
      ['7731-44KLM-09', 'ext. 12', '+1 202 555 0147'],
    ],
    ['Cut 2×4 boards at 1/2 inch, about three dozen of them.', ['2×4', '1/2 inch', 'three dozen']],
  ])('keeps figures with their units and labels together: %s', (text, expected) => {
    const whole = texts(text);
    for (const part of expected) expect(whole.some((span) => span.includes(part))).toBe(true);
  });

  it.each([
    [
      'See [the guide](https://example.com/a?b=1&c=2#top), then run `npm ci --quiet`.',
      ['https://example.com/a?b=1&c=2#top', '`npm ci --quiet`'],
    ],
    [
      'Dear {{customer.name}}, your code is [CODE_1] and %1$s is free, {0}.',
      ['{{customer.name}}', '[CODE_1]', '%1$s', '{0}'],
    ],
    [
      'Open C:\\tools\\new\\readme.txt or ~/notes/today.md now',
      ['C:\\tools\\new\\readme.txt', '~/notes/today.md'],
    ],
    ['it said {"status": "not found", "n": []} again', ['{"status": "not found", "n": []}']],
    ['```\nbuy\n``` `npm run build now` failed', ['`npm run build now`']],
    ['then ```\nlet a = 1;\n``` failed', ['```\nlet a = 1;\n```']],
    ['set snake_case and node.js with --force', ['snake_case', 'node.js', '--force']],
  ])('keeps code, placeholders, paths and JSON: %s', (text, expected) => {
    const whole = texts(text);
    for (const part of expected) expect(whole.some((span) => span.includes(part))).toBe(true);
  });

  it('knows that a title ends no sentence', () => {
    expect(
      found('We saw Mr. Smith near St. Pauli. Then it rained on Elm St. Nobody minded'),
    ).toEqual([
      'name:Mr',
      'name:Smith',
      'name:St',
      'name:Pauli',
      'name:Elm',
      'name:St',
      'name:Nobody',
    ]);
  });

  it('takes capitalised words inside a sentence for names, not its first word and not I', () => {
    expect(
      found("Will asked whether Mark and I'm going to New York. Then McDonald left the USA"),
    ).toEqual(['name:Mark', 'name:New', 'name:York', 'name:McDonald', 'name:USA']);
  });

  it('gives sorted disjoint spans inside any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        let end = 0;
        for (const span of protectedSpans(text)) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          expect(span.end).toBeGreaterThan(span.start);
          end = span.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it.each([
    'a',
    '.',
    '<',
    '`',
    '```',
    '{',
    '{{',
    '[',
    'a@',
    'a.',
    'http://',
    '@',
    '#',
    '1 ',
    '1',
    'A ',
    '"{',
    '- ',
    "a'",
    '/',
    '\\',
  ])('reads 200,000 characters of %s in seconds: a quadratic pattern takes minutes', (unit) => {
    const text = unit.repeat(200_000 / unit.length);
    const start = performance.now();
    protectedSpans(text);
    expect(performance.now() - start).toBeLessThan(8000);
  });
});
