import { readFileSync } from 'node:fs';
import { rngFor } from '@millrace/shared/domain/rng';
import { normalise } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import { describe, expect, it, vi } from 'vitest';
import { refusalOf } from './core/quality.ts';
import { proposeSynonyms } from './core/techniques/synonym.ts';
import { readSynonyms } from './synonym-table.ts';

vi.setConfig({ testTimeout: 60_000 });

/** golden/README.md says where they come from and who judged. */
const rows = readFileSync(new URL('../golden/swaps.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => {
    const [verdict = '', , , word = '', replacement = '', , sentence = ''] = line.split('\t');
    return { verdict, word, replacement, sentence };
  });
const tools = { synonyms: readSynonyms(), read: readText };
const limits = { min_sequence_length: 1, max_sequence_length: 512, quality_threshold: 0.7 };
const whole = (word: string) => new RegExp(`(?<![\\w'-])${word}(?![\\w'-])`);

/** Whether any of 40 seeds makes the swap in a copy that the hard rules take. */
function isMade({ word, replacement, sentence }: (typeof rows)[number]): boolean {
  for (let seed = 0; seed < 40; seed++) {
    for (const copy of proposeSynonyms(sentence, rngFor(seed, sentence), tools)) {
      const made = !whole(word).test(copy) && whole(replacement).test(copy);
      const known = new Set([normalise(sentence)]);
      if (made && refusalOf(sentence, copy, { known, limits }) === null) return true;
    }
  }
  return false;
}

describe('100 judged swaps', () => {
  const made = rows.filter(isMade);
  const good = made.filter((row) => row.verdict === 'good');

  it('are whole', () => {
    expect(rows).toHaveLength(100);
    expect(rows.filter((row) => row.verdict === 'good')).toHaveLength(60);
  });

  it('are made with a precision of 0.9 or more before any encoder looks at them', () => {
    expect(good.length / made.length).toBeGreaterThanOrEqual(0.9);
  });

  it('are kept, when good, in two of three cases', () => {
    expect(good.length / 60).toBeGreaterThanOrEqual(2 / 3);
  });
});
