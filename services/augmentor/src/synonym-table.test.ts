import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areOpposite } from './core/quality/antonyms.ts';
import { readSynonyms, synonymTable } from './synonym-table.ts';

it('the table is the one that the revision speaks of: when it changes, raise codeVersion in augmentor-revision.ts', () => {
  const sha256 = createHash('sha256').update(readFileSync(synonymTable)).digest('hex');
  expect(sha256).toBe('738599ba1a2dc044ec8b5a11269f3eb9880684b3b633567cefd99f405e22480f');
});

it('every line is a part of speech, a form, and other forms, one word each, none of them its opposite', () => {
  const lines = readFileSync(synonymTable, 'utf8').trimEnd().split('\n').slice(1);
  const option = String.raw`[a-z]+\*?(?:\{[<>]!?[^\s;{}]+(?:;[<>]!?[^\s;{}]+)*\})?`;
  const shape = new RegExp(`^(?:NOUN|VERB|ADJ|ADV|INTJ)\\t[a-z]+\\t${option}(?: ${option})*$`);
  const table = readSynonyms();
  for (const line of lines) {
    expect(line).toMatch(shape);
    const [pos = '', form = ''] = line.split('\t');
    for (const word of table.of(pos, form)) {
      expect(word).not.toBe(form);
      expect(`${form} ${word} ${areOpposite(form, word)}`).toBe(`${form} ${word} false`);
    }
  }
  expect(lines.length).toBeGreaterThan(1000);
});

describe('readSynonyms()', () => {
  const table = readSynonyms();
  const at = (before: string, after: string, plain = true) => ({
    before,
    after,
    afterPos: 'NOUN',
    plain,
  });

  it('heeds what stands beside a word', () => {
    expect(table.of('ADJ', 'big')).toEqual(['large']);
    expect(table.of('ADJ', 'big', at('a', 'city'))).toEqual(['large']);
    expect(table.of('ADJ', 'big', at('a', 'fan'))).toEqual([]);
    expect(table.of('ADV', 'about', at('how', 'it'))).toEqual([]);
  });

  it('gives a verb with another complement only verbs that take the same', () => {
    expect(table.of('VERB', 'buy', at('to', 'it'))).toEqual(['purchase']);
    expect(table.of('VERB', 'buy', at('to', 'for', false))).toEqual([]);
    expect(table.of('VERB', 'allow', at('to', 'me', false))).toEqual(['permit']);
  });
});
