import { wordsOf } from './words.ts';

/** How long a text is: `characters` in code points, `words`. */
export function lengths(text: string): Record<string, number> {
  return { characters: [...text].length, words: wordsOf(text).length };
}
