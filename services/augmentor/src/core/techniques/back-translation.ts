import { protectedRuns } from '@millrace/text';
import type { Propose } from './technique.ts';

/** What a text says again after a way through another language; the translations are facts, fetched before. */
export const proposeBackTranslation: Propose = (text, _random, { translated }) => {
  const again = translated?.(text) ?? null;
  return again === null ? [] : [again];
};

/** [start, end) of a text, in UTF-16 units. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A text with words in the place of what no translator may touch. */
export interface Masked {
  readonly text: string;
  /** What each word stands for, by its number. */
  readonly spans: readonly string[];
}

/** Translators leave these alone: no language has such a word (tried with Apertium). */
const wordOf = (number: number): string => `XQ${number}Z`;
const maskWord = /XQ\d+Z/gi;

/** Null for a text that has such words of its own. @param runs  what no translator may touch, in order */
export function masked(
  text: string,
  runs: readonly Stretch[] = protectedRuns(text),
): Masked | null {
  if (text.search(maskWord) >= 0) return null;
  const spans: string[] = [];
  let result = '';
  let at = 0;
  for (const { start, end } of runs) {
    result += text.slice(at, start) + wordOf(spans.length);
    spans.push(text.slice(start, end));
    at = end;
  }
  return { text: result + text.slice(at), spans };
}

/** Whether there is a word to translate. */
export const hasWords = ({ text }: Masked): boolean => /\p{L}/u.test(text.replace(maskWord, ''));

/** The translation with everything back in its place; null when a word was lost, doubled or changed. */
export function unmasked(translation: string, { spans }: Masked): string | null {
  const found = translation.match(maskWord) ?? [];
  const expected = spans.map((_, i) => wordOf(i));
  if ([...found].sort().join(' ') !== [...expected].sort().join(' ')) return null;
  return translation.replace(maskWord, (word) => spans[expected.indexOf(word)] ?? word);
}
