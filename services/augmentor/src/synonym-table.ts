import { readFileSync } from 'node:fs';
import type { Place, Synonyms } from './core/techniques/technique.ts';

/** Where the shipped table lies; how it was made: data/generate-synonyms.mjs. */
export const synonymTable = new URL('../data/synonyms.tsv', import.meta.url);

/** Where the wider table lies, of which a masked language model chooses; how it was made: data/generate-related.mjs. */
export const relatedTable = new URL('../data/related.tsv', import.meta.url);

/** A word with the places where it may stand. */
interface Option {
  readonly word: string;
  /** A verb that keeps every complement of the one that it replaces. */
  readonly free: boolean;
  readonly limits: readonly Limit[];
}

interface Limit {
  readonly side: 'before' | 'after' | 'anywhere';
  readonly words: ReadonlySet<string>;
  /** Whether only these may stand there, or none of these. */
  readonly only: boolean;
}

let shipped: Synonyms | undefined;
let related: Synonyms | undefined;

/** The shipped table, read at the first call. */
export function shippedSynonyms(): Synonyms {
  shipped ??= readSynonyms();
  return shipped;
}

/** The shipped table of related words, read at the first call. */
export function relatedWords(): Synonyms {
  related ??= readSynonyms(relatedTable);
  return related;
}

/**
 * Reads a table of `part of speech, form, options` (tabs between, blanks between options); lines with # are notes. An option is
 * `word`, `*` for a free verb, limits in braces: `large{>!fan,deal;<a}` not before fan or deal, only after a. 2 ms for 30 KB.
 */
export function readSynonyms(file: URL = synonymTable): Synonyms {
  const options = new Map<string, readonly Option[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [pos, form, list] = line.split('\t');
    if (list === undefined)
      throw new SyntaxError(`a line of ${file.pathname} has fewer than three fields`);
    options.set(`${pos}\t${form}`, list.split(' ').map(optionOf));
  }
  return {
    of(pos, form, place) {
      const found = options.get(`${pos}\t${form}`) ?? [];
      const fitting = place === undefined ? found : found.filter((option) => fits(option, place));
      return [...new Set(fitting.map((option) => option.word))];
    },
  };
}

function optionOf(text: string): Option {
  const [, word = '', star, limits = ''] = /^([a-z]+)(\*?)(?:\{(.*)\})?$/.exec(text) ?? [];
  return {
    word,
    free: star === '*',
    limits: limits === '' ? [] : limits.split(';').map(limitOf),
  };
}

function limitOf(text: string): Limit {
  const only = text.charAt(1) !== '!';
  const words = new Set(text.slice(only ? 1 : 2).split(','));
  return { side: sideOf[text.charAt(0)] ?? 'before', words, only };
}

const sideOf: Readonly<Record<string, Limit['side']>> = { '>': 'after', '~': 'anywhere' };

function fits({ free, limits }: Option, place: Place): boolean {
  if (!free && !place.plain) return false;
  return limits.every(({ side, words, only }) => {
    if (side === 'anywhere') return [...words].some((word) => place.words.has(word)) === only;
    const beside = side === 'after' ? [place.after, place.afterPos] : [place.before];
    return beside.some((word) => words.has(word)) === only;
  });
}
