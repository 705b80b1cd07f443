import { eld } from 'eld/small';
import { englishWords } from './language/english-words.ts';
import { foreignWords } from './language/foreign-words.ts';
import { scripts } from './language/scripts.ts';
import type { ProseWord } from './prose-words.ts';

/** What in a text is in a language that is not wanted. */
export interface ForeignPart {
  /** ISO 639-1, as sure as its length allows. */
  readonly language: string;
  /** Of the text's letters, 0 to 1. */
  readonly share: number;
}

/** Fewer letters tell nothing in Latin script: `lol ok thx`, names, `si`. */
const leastLetters = 20;
/** A whole text of fewer is judged when words that only another language has are in it. Dishes (`spätzle und schnitzel`) have leads up to 0.74. */
const leastShort = { letters: 13, words: 3, evidence: 2, lead: 0.3, dishLead: 0.75 };
/** The same in other scripts, which are no chance: two Chinese characters, four Cyrillic letters. */
const leastWeight = 4;
/** A text is foreign when this share of its letters is: a quoted title is not, half a sentence is. */
const leastShare = 0.3;
/** How much likelier than a wanted language (eld's score, 0 to 1); names and terms alone reach 0.1, some 0.25. */
const leastLead = 0.1;
const clearLead = 0.25;

/**
 * The part of a text that is in none of the wanted languages; null when there is none, or too little to tell. Code, links,
 * addresses and numbers do not count. Other scripts decide at once; in Latin script the detector (eld, n-grams of 60
 * languages) sees only stretches without a common English word, which makes English nearly free.
 * @param words see proseWords
 * @param wanted ISO 639-1 codes
 */
export function foreignPart(
  words: readonly ProseWord[],
  wanted: readonly string[],
): ForeignPart | null {
  const hasOthers = words.some((word) => word !== null && !basicLatin.test(word));
  const latin = latinStretches(words, wanted);
  const parts = hasOthers ? [...otherScripts(words, wanted), ...latin] : latin;
  if (parts.length === 0) return null;
  const total = letterCount(words);
  const foreign = parts.reduce((sum, part) => sum + part.letters, 0);
  const [longest] = parts.sort((a, b) => b.letters - a.letters);
  const share = foreign / Math.max(total, foreign);
  return longest === undefined || share < leastShare ? null : { language: longest.language, share };
}

/** Letters of a text's prose, each as much as it says (see Script.weight). */
export function letterCount(words: readonly ProseWord[]): number {
  return words.reduce((sum, word) => sum + (word === null ? 0 : weightOf(word)), 0);
}

interface Part {
  readonly language: string;
  readonly letters: number;
}

const basicLatin = /^(?:[a-zA-Z]+|[\p{Script=Latin}\p{M}]+)$/u;

function weightOf(word: string): number {
  if (basicLatin.test(word)) return word.length;
  return scripts.reduce(
    (sum, { run, weight }) =>
      sum + (word.match(run) ?? []).reduce((n, found) => n + found.length * weight, 0),
    0,
  );
}

function otherScripts(words: readonly ProseWord[], wanted: readonly string[]): Part[] {
  const others = words.filter((word) => word !== null && !basicLatin.test(word)).join(' ');
  return scripts.flatMap(({ run, weight, languages }) => {
    const found = (others.match(run) ?? []).filter((letters) => letters.length > 1);
    const letters = found.reduce((sum, letters) => sum + letters.length * weight, 0);
    if (letters < leastWeight) return [];
    const { language } = eld.detect(found.join(' '));
    const known = languages.includes(language);
    if (
      wanted.includes(known ? language : '') ||
      (letters < leastLetters && languages.some((l) => wanted.includes(l)))
    )
      return [];
    return [{ language: known ? language : (languages[0] ?? ''), letters }];
  });
}

function latinStretches(words: readonly ProseWord[], wanted: readonly string[]): Part[] {
  const english = wanted.includes('en');
  const found: Stretch[] = [];
  let stretch: string[] = [];
  let letters = 0;
  let englishCount = 0;
  for (const word of [...words, null]) {
    const isEnglish = word !== null && english && englishWords.has(word.toLowerCase());
    if (isEnglish) englishCount++;
    if (word !== null && !isEnglish && basicLatin.test(word)) {
      stretch.push(word);
      letters += word.length;
      continue;
    }
    if (
      letters >= leastLetters ||
      (letters >= leastShort.letters && stretch.length === words.length)
    )
      found.push({ words: stretch, letters });
    stretch = [];
    letters = 0;
  }
  return found.flatMap((one) => judged(one, englishCount > 1, wanted));
}

interface Stretch {
  readonly words: readonly string[];
  readonly letters: number;
}

/**
 * Names look like any language: what is written with a capital must not decide. Inside of English, and where the lead is
 * small, there must be a word that holds sentences together or a letter that English lacks; `garbage dump` is Danish to eld.
 */
function judged(
  { words, letters }: Stretch,
  amidEnglish: boolean,
  wanted: readonly string[],
): Part[] {
  const plain = words.filter((word) => /^\p{Ll}/u.test(word));
  if (letters < leastLetters) return judgedShort(words, letters, wanted);
  const least = amidEnglish ? { words: 4, letters: leastLetters } : { words: 2, letters: 8 };
  if (plain.length < least.words || plain.join('').length < least.letters) return [];
  const foreign = leadOf(words, wanted);
  const lead = Math.min(
    foreign?.lead ?? 0,
    (plain.length < words.length ? leadOf(plain, wanted)?.lead : 1) ?? 0,
  );
  if (foreign === null || lead < leastLead) return [];
  if ((amidEnglish || lead < clearLead) && !hasEvidence(words, plain)) return [];
  return [{ language: foreign.language, letters }];
}

/** A short answer: `das ist gut, danke`. Its first word has a capital anyway; any other with one may be a name. */
function judgedShort(words: readonly string[], letters: number, wanted: readonly string[]): Part[] {
  if (words.length < leastShort.words) return [];
  const [first = '', ...others] = words;
  const plain = [first.toLowerCase(), ...others].filter((word) => /^\p{Ll}/u.test(word));
  const evidence = new Set(plain.filter((word) => foreignWords.has(word) || /[^a-z]/.test(word)));
  if (evidence.size < leastShort.evidence) return [];
  const isDish = words.length === 3 && evidence.size < 3;
  const least = isDish ? leastShort.dishLead : leastShort.lead;
  const foreign = leadOf(words, wanted);
  if (foreign === null || foreign.lead < least) return [];
  return [{ language: foreign.language, letters }];
}

const hasEvidence = (words: readonly string[], plain: readonly string[]): boolean =>
  words.some((word) => foreignWords.has(word.toLowerCase())) ||
  plain.some((word) => /[^a-z]/.test(word.toLowerCase()));

function leadOf(
  words: readonly string[],
  wanted: readonly string[],
): { language: string; lead: number } | null {
  const result = eld.detect(words.join(' '));
  const { language } = result;
  if (language === '' || wanted.includes(language) || !result.isReliable()) return null;
  const scores = result.getScores();
  const best = Math.max(0, ...wanted.map((code) => scores[code] ?? 0));
  return { language, lead: (scores[language] ?? 0) - best };
}
