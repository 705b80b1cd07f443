import { letterCosts } from './letter-costs.ts';

const letters = 27;
const costs = Uint8Array.from(letterCosts, (character) => character.charCodeAt(0) - 33);

/** Bits that the letters of a word in a to z cost, its end included, each after the two before it. Null for other letters. */
export function wordCost(word: string): number | null {
  let first = 0;
  let second = 0;
  let sum = 0;
  for (let i = 0; i <= word.length; i++) {
    const letter = i === word.length ? 0 : (word.charCodeAt(i) | 32) - 96;
    if (letter < 0 || letter >= letters || (letter === 0 && i < word.length)) return null;
    sum += costs[(first * letters + second) * letters + letter] ?? 0;
    first = second;
    second = letter;
  }
  return sum / 5;
}
