import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { damageOf, skeletonOf } from './testing/damage.ts';
import { lexicalCopies, lexicalTechniques } from './testing/lexical-copies.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Inputs on which other tools failed in public, with what must hold. */
const file = new URL('../../../../shared/cases/augment-cases.jsonl', import.meta.url);
const missing = !existsSync(file);
if (missing) process.stderr.write('SKIPPED: no field cases, ../shared/cases is missing\n');

const lists = z.array(z.array(z.string())).optional();
const fieldCase = z.object({
  id: z.string(),
  input: z.object({ texts: z.array(z.string()) }),
  expect: z.object({ negators: lists, words_kept: lists, spans_byte_equal: lists }),
});
const cases = missing
  ? []
  : readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => fieldCase.parse(JSON.parse(line)));

const seeds = Array.from({ length: 50 }, (_, i) => i + 1);
const wordsIn = (text: string): number => text.match(/\p{L}+/gu)?.length ?? 0;
const blanksIn = (text: string): number => text.match(/\s/g)?.length ?? 0;
const times = (text: string, part: string): number => text.split(part).length - 1;
const wordTimes = (text: string, word: string): number =>
  text.match(new RegExp(`(?<![\\p{L}'’])${word}(?![\\p{L}'’])`, 'gu'))?.length ?? 0;

it.skipIf(missing)('there are cases', () => expect(cases.length).toBeGreaterThan(3));

describe.skipIf(missing).each(cases)('case $id', ({ input, expect: wanted }) => {
  const made = input.texts.flatMap((text, index) =>
    seeds.flatMap((seed) =>
      lexicalTechniques.flatMap((technique) => {
        const { copies } = lexicalCopies(text, technique, seed);
        expect(copies.length).toBeLessThanOrEqual(4);
        return copies.map((copy) => ({ text, index, technique, copy }));
      }),
    ),
  );

  it('keeps what the text says', () => {
    for (const { text, index, copy } of made) {
      expect(copy).not.toBe(text);
      expect(damageOf(text, copy)).toEqual([]);
      for (const word of wanted.words_kept?.[index] ?? [])
        expect(wordTimes(copy, word)).toBe(wordTimes(text, word));
      for (const word of wanted.negators?.[index] ?? [])
        expect(times(copy, word)).toBe(times(text, word));
      for (const span of wanted.spans_byte_equal?.[index] ?? [])
        expect(times(copy, span)).toBe(times(text, span));
    }
  });

  it('changes words only, one more or one less where the technique says so', () => {
    for (const { text, technique, copy } of made) {
      const change = { synonym: 0, insertion: 1, deletion: -1 }[technique];
      expect(wordsIn(copy)).toBe(wordsIn(text) + change);
      expect(blanksIn(copy)).toBe(blanksIn(text) + change);
      if (technique === 'synonym') expect(skeletonOf(copy)).toBe(skeletonOf(text));
      if (technique === 'deletion') expect(wordsIn(copy)).toBeGreaterThan(2);
    }
  });
});
