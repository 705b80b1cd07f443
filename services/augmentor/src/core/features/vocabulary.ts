import { wordsOf } from './words.ts';

/** How varied a text is: distinct words over words, 0 for a text without words. */
export function vocabulary(text: string): Record<string, number> {
  const words = wordsOf(text);
  return { type_token_ratio: words.length === 0 ? 0 : new Set(words).size / words.length };
}
