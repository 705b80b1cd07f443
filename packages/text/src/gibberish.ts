import { wordCost } from './gibberish/letter-cost.ts';
import { isWordSalad } from './gibberish/word-order.ts';
import { englishWords } from './language/english-words.ts';
import { judgedCharacters, type ProseWord } from './prose-words.ts';

export type GibberishKind = 'repeated_character' | 'symbols' | 'blob' | 'mash' | 'word_salad';

/** One letter over and over: `aaargh`, `nooooo`, `hmmmm` are shorter. */
const repeated = /(\p{L})\1{19,}/iu;
/** Anything else over and over, and nothing but it: `x x x x`, a line of dots. Emoji are a mood, short dividers an ornament. */
const oneSign = /^(?!\p{Extended_Pictographic})(\S)(?:\s{0,2}\1){29,}$/u;
const oneWord = /^([\p{L}\p{N}])(?: \1){9,}$/u;
/** A run of signs; swearing, dividers and smileys are shorter or of few kinds. */
const symbols = /[!-/:-@[-`{-~¡-©«-¬®-´¶-¸»¿×÷]{12,}/g;
const leastKinds = 6;
/** Where blanks are between them, or few kinds in them, they must be all that there is. */
const noSymbol = /[^!-/:-@[-`{-~¡-©«-¬®-´¶-¸»¿×÷\s]/;
const leastSoup = 12;
const longSymbols = { length: 16, kinds: 4 };
/** Letters and figures as encoders write them; a number, an id or a SHA-256 does not change its kind of character so often. */
const blob = /(?<![\w+/=.:`-])[A-Za-z0-9+/_-]{18,}={0,2}(?![\w+/=.:`-])/g;
const leastChanges = 0.34;
/** Longer ones repeat themselves: the zeros of a picture are all `A`. */
const long = { length: 60, leastChanges: 0.2 };
/** Share of what is visible in a text that must be noise. */
const leastShare = 0.5;
/** More for a blob: a sentence may be about a digest or a key. */
const leastBlobShare = 0.9;
/**
 * Bits a letter (see wordCost). The median English message has 3.2, German, Polish and Turkish words 4 to 6, fingers on a keyboard 6
 * to 9; so do commands (`lspci`), which is why it takes many letters.
 */
const mashBits = 5.7;
const mashLetters = 16;
/** Nothing but such words: fewer letters are enough, when they cost more; three names of programs side by side have 13. */
const mashWord = { letters: 9, bits: 6.5 };
const mashWords = { letters: 14, bits: 7 };

/**
 * What makes a text meaningless, null when nothing does: one letter held down, a soup of signs, an encoded blob, keys struck at
 * random, words drawn at random. Judged as a whole: noise beside a sentence is none. Commands, product names, cries and laughter are none. English only:
 * ask after the language first. Linear.
 * @param words its prose, see proseWords
 */
export function gibberishKind(whole: string, words: readonly ProseWord[]): GibberishKind | null {
  const text = whole.slice(0, judgedCharacters);
  if (mayBeMash(words) && isMash(words)) return 'mash';
  if (isWordSalad(text)) return 'word_salad';
  if (text.length < 12) return null;
  const signs = text.trim();
  if (oneWord.test(signs) || oneSign.test(signs)) return 'repeated_character';
  if (isSoup(signs)) return 'symbols';
  if (!/[^\s]{12}/.test(text)) return null;
  const visible = text.replace(/\s+/g, '').length;
  const mostly = (length: number, share = leastShare) => length >= visible * share;
  if (mostly(repeated.exec(text)?.[0].length ?? 0)) return 'repeated_character';
  if (mostly(lengthOf(text, symbols, (run) => new Set(run).size >= leastKinds))) return 'symbols';
  return mostly(lengthOf(text, blob, isBlob), leastBlobShare) ? 'blob' : null;
}

function isSoup(text: string): boolean {
  if (text.length < leastSoup || noSymbol.test(text)) return false;
  const kinds = new Set(text.replace(/\s+/g, '')).size;
  const { length, kinds: few } = longSymbols;
  return kinds >= leastKinds + 1 || (kinds >= few && text.length >= length && !/\s/.test(text));
}

function lengthOf(text: string, pattern: RegExp, counts: (found: string) => boolean): number {
  return (text.match(pattern) ?? []).reduce((sum, run) => sum + (counts(run) ? run.length : 0), 0);
}

/** Often from one kind of character to another, all three kinds there; signs between them are of no kind. */
function isBlob(token: string): boolean {
  const kinds = Array.from(token.replace(/[^A-Za-z0-9]/g, ''), (c) =>
    /[a-z]/.test(c) ? 'a' : /[A-Z]/.test(c) ? 'A' : '0',
  );
  const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  if (token.length < 40 && !/[+=]/.test(token) && /[/_-]/.test(token)) return false; // names and paths
  const least = token.length < long.length ? leastChanges : long.leastChanges;
  return new Set(kinds).size === 3 && changes >= token.length * least;
}

/** Cheap and necessary: enough letters in words that cost too much. */
function mayBeMash(words: readonly ProseWord[]): boolean {
  let odd = 0;
  for (const word of words)
    if (word !== null && word.length > 3 && (keyCost(word) ?? 0) >= mashBits * (word.length + 1))
      odd += word.length;
  return odd >= mashWord.letters;
}

/** Words whose letters follow each other as in no English; technical words beside them speak for commands. */
function isMash(words: readonly ProseWord[]): boolean {
  let letters = 0;
  let odd = 0;
  let bits = 0;
  let places = 0;
  for (const [i, word] of words.entries()) {
    if (word === null) return false;
    letters += word.length;
    const cost = isKnown(word) || (i > 0 && isName(word)) ? null : keyCost(word);
    if (cost === null) continue;
    bits += cost;
    places += word.length + 1;
    if (word.length < 4 || cost < mashBits * (word.length + 1)) continue;
    odd += word.length;
  }
  const least = words.length === 1 ? mashWord : mashWords;
  const only = odd === letters && odd >= least.letters && bits >= least.bits * places;
  if (odd < mashLetters && !only) return false;
  return odd >= letters * leastShare && bits >= mashBits * places;
}

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
  .map((row) => ` ${row} ${[...row].reverse().join('')} `)
  .join('');

/** Keys that lie side by side cost no less than any others: `wertyu` looks like English. */
function keyCost(word: string): number | null {
  const cost = wordCost(word);
  if (cost === null || word.length < 5 || !rows.includes(word.toLowerCase())) return cost;
  return Math.max(cost, (mashWords.bits + 1) * (word.length + 1));
}

/** Names have a capital and a vowel. */
const isName = (word: string): boolean => /^\p{Lu}\p{Ll}/u.test(word) && /[aeiouyà-ÿ]/i.test(word);

/** Cries (`hmmm`, `hahaha`), short forms in capitals and known words say nothing about the keyboard; neither do names. */
const isKnown = (word: string): boolean =>
  englishWords.has(word.toLowerCase()) ||
  (word.length <= 5 && word === word.toUpperCase()) ||
  /(.)\1\1/i.test(word) ||
  new Set(word.toLowerCase()).size <= 2;
