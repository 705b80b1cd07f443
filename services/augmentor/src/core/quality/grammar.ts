import { wordOrderBits } from '@millrace/text';
import { misfitsArticle } from '../techniques/context.ts';

/**
 * Bits that a copy may cost more than its original by the order of its words (see wordOrderBits). Of 7,087 copies by rule of 6,000
 * messages of STAR 0.9 % cost more; of the messages with a word left out, put in, exchanged with its neighbour or replaced at random
 * 27, 32, 53 and 41 %. At 3 bits it would be 1.1 %, and 34, 40, 58 and 49 % (bench/grammar-limit.ts).
 */
const mostBits = 3.5;
const article = /(?<![\p{L}\p{N}'’-])(an?) (\p{L}+)/giu;
const repeated = /(?<![\p{L}\p{N}'’-])(\p{L}{2,}) \1(?![\p{L}\p{N}'’-])/giu;

/** Whether a copy has a fault that its original has not: `a` before a vowel, a word twice, words in an order that English has not. */
export function isLessGrammatical(original: string, copy: string): boolean {
  if (misfits(copy) > misfits(original)) return true;
  if (count(copy, repeated) > count(original, repeated)) return true;
  return wordOrderBits(copy) < wordOrderBits(original) - mostBits;
}

function misfits(text: string): number {
  let found = 0;
  for (const [, before, word = ''] of text.matchAll(article)) {
    if (misfitsArticle(before, word)) found++;
  }
  return found;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
