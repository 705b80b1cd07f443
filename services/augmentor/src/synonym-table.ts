import { readFileSync } from 'node:fs';
import type { Synonyms } from './core/techniques/technique.ts';

/** Where the shipped table lies; how it was made: data/generate-synonyms.mjs. */
export const synonymTable = new URL('../data/synonyms.tsv', import.meta.url);

/** Reads a table of `part of speech, form, words` (tabs between, blanks between words); lines with # are notes. 1 ms for 20 KB. */
export function readSynonyms(file: URL = synonymTable): Synonyms {
  const words = new Map<string, readonly string[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [pos, form, list] = line.split('\t');
    if (list === undefined)
      throw new SyntaxError(`a line of ${file.pathname} has fewer than three fields`);
    words.set(`${pos}\t${form}`, list.split(' '));
  }
  return { of: (pos, form) => words.get(`${pos}\t${form}`) ?? [] };
}
