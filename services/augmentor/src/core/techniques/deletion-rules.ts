import type { Around } from './around.ts';

/** Whether the word at a place can go; words stand on both sides of it. */
type DeletionRule = (around: Around) => boolean;

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Adverbs that strengthen or soften what follows; without them the sentence says the same (but `it just works`). */
const adverbs = set(
  `absolutely actually also basically certainly completely currently definitely essentially extremely fairly frankly
  genuinely honestly incredibly just kinda literally obviously pretty quite really simply surely terribly
  totally truly utterly very`,
);
/** Words that an adverb forms one expression with: `very much`, `the very same`, `just as`. */
const bound = set(
  'much many well few little same first last best own as like about enough now so in on at for from of to',
);
/** Behind these, `that` may be left out. */
const reporting = set(
  `think thought believe believed know knew hope hoped guess feel felt suppose sure afraid glad said say says heard saw
  noticed happy surprised sorry wish realize realized figured understand`,
);
const subjects = set('i you he she it we they there');
/** Of these a clause begins; `you` and `it` may be an object as well. */
const nominative = set('i he she we they');
const uncountable = set('help advice information info assistance guidance support');
const thanks = set('thanks thank you much');
const fillers = set('so well oh um uh uhm hmm ok okay and anyway anyways alright');

const hints = [
  ...adverbs,
  'please|exactly|right (?:now|here|there)|for all|(?:all|both) of|help[a-z]* [a-z]+ to|some [a-z]+',
  `that (?:${[...subjects].join('|')})`,
];
const hint = new RegExp(
  `(?<![a-z])(?:${hints.join('|')})(?![a-z])|^(?:${[...fillers].join('|')}) `,
  'i',
);

/** Cheap and necessary: something that some rule lets go. Tagging costs ten times as much. */
export const mayDelete = (text: string): boolean => hint.test(text);

const degree: DeletionRule = (at) =>
  at.pos(0) === 'ADV' &&
  adverbs.has(at.word(0)) &&
  ['ADJ', 'ADV', 'VERB'].includes(at.pos(1)) &&
  !bound.has(at.word(1)) &&
  !adverbs.has(at.word(-1)) &&
  !(at.word(0) === 'just' && /^work(?:s|ed)?$/.test(at.word(1)));

const politeness: DeletionRule = (at) =>
  at.word(0) === 'please' && at.pos(1) === 'VERB' && ['PRON', 'AUX', 'CCONJ'].includes(at.pos(-1));

/** `think that it works`, `the movie that i saw`: the clause has its own subject. */
const optionalThat: DeletionRule = (at) => {
  if (at.word(0) !== 'that') return false;
  if (reporting.has(at.word(-1))) return subjects.has(at.word(1));
  return (
    at.pos(-1) === 'NOUN' &&
    at.word(-1) !== 'way' &&
    nominative.has(at.word(1)) &&
    ['VERB', 'AUX'].includes(at.pos(2))
  );
};

/** `need some help`, `book some rooms`. */
const some: DeletionRule = (at) =>
  at.word(0) === 'some' &&
  at.pos(-1) === 'VERB' &&
  at.pos(1) === 'NOUN' &&
  (uncountable.has(at.word(1)) || /[^s]s$/.test(at.word(1))) &&
  at.word(2) !== 'of';

/** `how exactly do`, `right now` but not `you're right there`, `thanks for all your help`, `all of the rooms`, `help me to find`. */
const spare: DeletionRule = (at) => {
  switch (at.word(0)) {
    case 'exactly':
      return set('how what where who when').has(at.word(-1)) && at.pos(1) === 'AUX';
    case 'right':
      return set('now here there').has(at.word(1)) && at.word(-1) !== 'all' && !isBe(at.word(-1));
    case 'all':
      return (
        at.word(-1) === 'for' &&
        set('your the this that').has(at.word(1)) &&
        thanks.has(at.word(-2))
      );
    case 'of':
      return set('all both').has(at.word(-1)) && set('the my your our these those').has(at.word(1));
    case 'to':
      return (
        set('help helps helped helping').has(at.word(-2)) &&
        set('me you us him them').has(at.word(-1)) &&
        at.pos(1) === 'VERB'
      );
    default:
      return false;
  }
};

const isBe = (word: string): boolean =>
  /^(?:am|is|are|was|were|be|im|its)$|'(?:m|s|re)$/.test(word);

export const deletionRules: readonly DeletionRule[] = [
  degree,
  politeness,
  optionalThat,
  some,
  spare,
];

/** Whether a word may go at a sentence's end: of `now please` alone an order would be left. */
export const isTrailing = (at: Around): boolean =>
  at.word(0) === 'please' && /\p{L}|\p{N}/u.test(at.word(-2));

/** Whether a text's first word only opens it: `so how do i ...`. */
export function isFiller(at: Around): boolean {
  if (at.word(0) === 'please') return at.pos(1) === 'VERB';
  if (!fillers.has(at.word(0))) return false;
  return ['PRON', 'AUX', 'DET'].includes(at.pos(1)) || set('how why where when').has(at.word(1));
}
