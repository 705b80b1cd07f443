import { nextCosts, secondNextCosts } from './class-costs.ts';
import { classCount, pauseClass, wordClasses } from './word-classes.ts';

const toBits = (table: string): Float32Array =>
  Float32Array.from(table, (character) => (character.charCodeAt(0) - 80) / 8);
const next = toBits(nextCosts);
const secondNext = toBits(secondNextCosts);

/** Tokens of the longest salad; longer texts are logs and papers. */
const mostTokens = 60;
/**
 * Of 71,197 distinct messages of the sources of the costs 8 are under it, and of texts whose words are drawn at random from STAR 45, 57, 63
 * and 78 % of those with 8, 12, 14 and 20 words. A salad of names and things only is not seen.
 */
const bitsAWord = 0.3;
const allowance = 5;
const leastWords = 7;
/** A list of `now or never, in or out` has as many commas. */
const fewestWordsAComma = 7;
/** A word over and over is something else. */
const leastKinds = 5;
/** Commands, paths and tables have an order of their own. */
const technical = /[_|<>={}\\]|(?<!\S)\/|:\)/;

/**
 * Whether the words follow each other as they do in no English, as when they are drawn at random: `of the with I on`. What a sentence
 * is about does not matter: only the words between, which a list of names or of dishes has none of.
 */
export function isWordSalad(text: string): boolean {
  if (technical.test(text)) return false;
  const classes = wordClasses(text, mostTokens + 1);
  if (classes.length < leastWords + 2 || classes.length > mostTokens) return false;
  if (new Set(classes).size < leastKinds) return false;
  const pauses = classes.filter((one) => one === pauseClass).length;
  if (pauses > 1 && pauses * fewestWordsAComma > classes.length) return false;
  return bitsOf(classes) < -bitsAWord * (classes.length - 1) - allowance;
}

/**
 * How well the words of a text follow each other, in bits: the more, the likelier than chance; what they are about does not matter. Only
 * the figures of two nearly equal texts can be compared. Of the first 400 words.
 */
export const wordOrderBits = (text: string): number => bitsOf(wordClasses(text, 400));

function bitsOf(classes: readonly number[]): number {
  let bits = 0;
  for (let i = 1; i < classes.length; i++) {
    const here = classes[i] ?? 0;
    bits += next[(classes[i - 1] ?? 0) * classCount + here] ?? 0;
    if (i > 1) bits += (secondNext[(classes[i - 2] ?? 0) * classCount + here] ?? 0) / 2;
  }
  return bits;
}
