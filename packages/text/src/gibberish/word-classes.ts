/**
 * The words that hold English sentences together, each a class of its own: pronouns, determiners, prepositions, conjunctions,
 * auxiliaries, question words, the commonest verbs and adverbs. What stands beside them is far from free.
 */
const sentenceWords = (
  'the i a that you to is of it in and for have was they do like know he are be would on not but with did can there think ' +
  "what so your about at as yeah how yes has good an if one no my more all his too that's me really or well it's will " +
  "only don't just time am i'm from their when where could sure see them please some get now also had lot than people " +
  "who we right by up very this though never were even didn't made any many because maybe first need want go its then " +
  "other out why got those over new does used since can't into after thought before our most been us her take such she " +
  'him these should must may might shall had being make made say said tell give find let while until both each much every ' +
  "something anything else here down off again through between under which without i'd i'll i've you're they're we're " +
  "let's isn't doesn't won't wouldn't going way still"
).split(' ');

const marks = { end: 0, pause: 1, number: 2, other: 3 } as const;
/** A comma, a colon, a bracket. */
export const pauseClass = marks.pause;
const endings: readonly (readonly [RegExp, number])[] = [
  [/ing$/, 4],
  [/ed$/, 5],
  [/ly$/, 6],
  [/(?:tion|ment|ness|ity)$/, 7],
  [/s$/, 8],
];
const firstWord = 9;
const classOf: ReadonlyMap<string, number> = new Map(
  [...new Set(sentenceWords)].map((word, i) => [word, firstWord + i]),
);
/** How many classes there are. */
export const classCount = firstWord + classOf.size;

/** A word with the signs around it; signs alone (smileys, arrows) are no token. */
const token =
  /([("“]?)([\p{L}\p{M}\p{N}](?:[^\s.,;:!?)"”]|[.,:'’](?=[\p{L}\p{N}]))*)[)"”'’]*([.!?…]|[,;:]|)/gu;

/**
 * A text as classes of words, sentence ends among them and at both ends: a common word by itself, any other by its ending.
 * Linear.
 * @param limit tokens that are read at most
 */
export function wordClasses(text: string, limit: number): number[] {
  const classes: number[] = [marks.end];
  let read = 0;
  for (const [, before = '', word = '', after = ''] of text.matchAll(token)) {
    if (read++ === limit) break;
    if (before === '(') classes.push(marks.pause);
    classes.push(wordClass(word.toLowerCase().replaceAll('’', "'")));
    if (after !== '') classes.push(/[,;:]/.test(after) ? marks.pause : marks.end);
  }
  if (classes.at(-1) !== marks.end) classes.push(marks.end);
  return classes;
}

function wordClass(word: string): number {
  const own = classOf.get(word);
  if (own !== undefined) return own;
  if (/^\p{N}/u.test(word)) return marks.number;
  return endings.find(([ending]) => ending.test(word))?.[1] ?? marks.other;
}
