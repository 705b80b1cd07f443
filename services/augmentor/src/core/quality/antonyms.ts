import { antonymPairs } from './antonym-pairs.ts';

const pairs: ReadonlySet<string> = new Set(antonymPairs.split(';'));
const prefixes = ['un', 'in', 'im', 'ir', 'il', 'dis', 'non'];
/** A word's ending, and what its lemma has instead. Too many guesses do no harm: they meet no pair. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/ies$/, 'y'],
  [/es$/, ''],
  [/s$/, ''],
  [/ied$/, 'y'],
  [/ed$/, ''],
  [/ed$/, 'e'],
  [/([bdgklmnprt])\1(?:ed|ing|er|est)$/, '$1'],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/ier$/, 'y'],
  [/iest$/, 'y'],
  [/(?:er|est)$/, ''],
  [/(?:er|est)$/, 'e'],
  [/ly$/, ''],
];

/** Whether two words say the opposite of each other in some sense: an antonym in WordNet, or one is the other with `un-` and the like. */
export function areOpposite(a: string, b: string): boolean {
  if (a === b) return false;
  if (prefixes.some((prefix) => a === prefix + b || b === prefix + a)) return true;
  const others = lemmasOf(b);
  return lemmasOf(a).some((x) => others.some((y) => pairs.has(x < y ? `${x} ${y}` : `${y} ${x}`)));
}

const lemmasOf = (word: string): string[] => [
  word,
  ...endings.flatMap(([ending, lemma]) => (ending.test(word) ? [word.replace(ending, lemma)] : [])),
];

/** Whether a changed text has the opposite of a word that it has lost. */
export function turnsRound(lost: readonly string[], won: readonly string[]): boolean {
  return lost.some((a) => won.some((b) => areOpposite(a, b)));
}
