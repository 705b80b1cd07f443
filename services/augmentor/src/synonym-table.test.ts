import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areOpposite } from './core/quality/antonyms.ts';
import { readSynonyms, relatedTable, synonymTable } from './synonym-table.ts';

it.each([
  [synonymTable, '309ed5fec3499c17af6203cdb1c6edbdc39ab9f6539f4a040561ce451688cae6'],
  [relatedTable, '97b2605326605b6116f403268e33f15550b51181b28da4a6759a4993e15409bf'],
])(
  '%s is the one that the revision speaks of: when it changes, raise codeVersion in augmentor-revision.ts',
  (table, wanted) => {
    expect(createHash('sha256').update(readFileSync(table)).digest('hex')).toBe(wanted);
  },
);

it.each([
  [synonymTable, 1000],
  [relatedTable, 2000],
])(
  'every line of %s is a part of speech, a form, and other forms, one word each, none of them its opposite',
  (file, least) => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
    const option = String.raw`[a-z]+\*?(?:\{[<>~]!?[^\s;{}]+(?:;[<>~]!?[^\s;{}]+)*\})?`;
    const shape = new RegExp(`^(?:NOUN|VERB|ADJ|ADV|INTJ)\\t[a-z]+\\t${option}(?: ${option})*$`);
    const table = readSynonyms(file);
    for (const line of lines) {
      expect(line).toMatch(shape);
      const [pos = '', form = ''] = line.split('\t');
      for (const word of table.of(pos, form)) {
        expect(word).not.toBe(form);
        expect(`${form} ${word} ${areOpposite(form, word)}`).toBe(`${form} ${word} false`);
      }
    }
    expect(lines.length).toBeGreaterThan(least);
  },
);

describe('readSynonyms()', () => {
  const table = readSynonyms();
  const at = (before: string, after: string, plain = true) => ({
    before,
    after,
    afterPos: 'NOUN',
    plain,
    words: new Set([before, after]),
  });

  it('heeds what stands beside a word', () => {
    expect(table.of('ADJ', 'big')).toEqual(['large']);
    expect(table.of('ADJ', 'big', at('a', 'city'))).toEqual(['large']);
    expect(table.of('ADJ', 'big', at('a', 'fan'))).toEqual([]);
    expect(table.of('ADV', 'about', at('how', 'it'))).toEqual([]);
  });

  it('heeds what the text is about', () => {
    expect(table.of('VERB', 'hate', at('i', 'rain'))).toEqual(['detest']);
    expect(table.of('VERB', 'hate', { ...at('i', 'her'), words: new Set(['guts']) })).toEqual([]);
  });

  it('gives a verb with another complement only verbs that take the same', () => {
    expect(table.of('VERB', 'buy', at('to', 'it'))).toEqual(['purchase']);
    expect(table.of('VERB', 'buy', at('to', 'for', false))).toEqual([]);
    expect(table.of('VERB', 'allow', at('to', 'me', false))).toEqual(['permit']);
  });
});
