import type { Around } from './around.ts';

/** The words that may go before the token at a place, none where the rule does not fit. */
type InsertionRule = (around: Around) => string[] | null;

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

const be = set("am is are was were 's 're 'm i'm im");
const selves = set('i we');
const subjects = set('i he she it we they you there');
const definite = set('the my your his their our this these');
const modals = set('can could will would');
/** What one asks somebody to do; `run` or `get` ask as often what is possible at all. */
const services =
  set(`help check tell find book schedule send give show explain confirm call order add cancel recommend suggest repeat arrange
  reserve remind describe list provide look search update verify contact fix tell answer assist reschedule compare forward transfer`);
const thinking = set('think thought hope hoped guess suppose believe believed figured');
const knowing = set(
  'know knew heard read saw noticed realized realised said felt understand wish noticed remember',
);
const feeling = set('glad sure afraid happy surprised shocked sad sorry amazed certain');
const attitudes = set(
  'like love enjoy hope want need appreciate hate liked loved enjoyed wanted needed hated appreciated enjoying',
);
const wishes = set('want need wanted needed hope wonder wondered');
const seeking = set('looking trying wondering checking asking calling');
const lasting = set('running using trying working looking getting installing living reading');
const opinions = set(
  `good nice cool funny interesting weird sad bad happy glad helpful useful strange annoying great fun awesome amazing boring
  excited smart neat impressive confusing odd crazy scary silly`,
);
const askers = set('how what where');
const doers = set('do does did can could should would');
const people = set('i you we they one it he she');
const reactions = set('agree agreed disagree concur know knew doubt bet see understand');
const auxiliaries = set('do did am was are is have has can could will would');
const uncountable = set('help advice information info assistance');

/** `can you help me` -> `can you please help me`, `i need you to check it`. */
const politeRequest: InsertionRule = (at) => {
  if (at.words.has('please') || at.words.has('pls') || !services.has(at.word(0))) return null;
  const asked = at.word(-1) === 'you' && modals.has(at.word(-2));
  const ordered = at.first && at.pos(0) === 'VERB' && ['me', 'us', 'the', 'a'].includes(at.word(1));
  return asked || ordered ? ['please'] : null;
};

/** `i think the movie is good` -> `i think that the movie is good`; the place is that of `the`. */
const optionalThat: InsertionRule = (at) => {
  const [verb, first, second] = [at.word(-1), at.word(0), at.pos(1)];
  const clause = subjects.has(first) && ['AUX', 'VERB'].includes(second) && first !== 'there';
  if (feeling.has(verb) && at.pos(-1) === 'ADJ')
    return clause && (be.has(at.word(-2)) || at.word(-2) === 'so') ? ['that'] : null;
  if (at.pos(-1) !== 'VERB' || !(thinking.has(verb) || knowing.has(verb))) return null;
  if (!subjects.has(at.word(-2)) || (at.word(-2) === 'you' && !asksYou(at))) return null;
  if (clause) return ['that'];
  return thinking.has(verb) && definite.has(first) && second === 'NOUN' && isClause(at)
    ? ['that']
    : null;
};

/** `do you think`, but not `what do you think`, whose object is gone. */
const asksYou = (at: Around): boolean => {
  const asked = set('what who which where when why how').has(at.word(-4));
  return set('do did').has(at.word(-3)) && !asked;
};
const isClause = (at: Around): boolean => ['AUX', 'VERB'].includes(at.pos(2));

/** `i like it` -> `i really like it`; not `do i need it`, which would become a doubt. */
const degreeOfVerb: InsertionRule = (at) => {
  if (isAsked(at) || !attitudes.has(at.word(0)) || at.pos(0) !== 'VERB') return null;
  return selves.has(at.word(-1)) && !at.words.has('really') ? ['really'] : null;
};

const isAsked = (at: Around): boolean => modals.has(at.word(-2)) || doers.has(at.word(-2));

/** `it is nice` -> `it is really nice`, `it's a good movie` -> `it's a really good movie`; not `i'm good`, which declines. */
const degreeOfOpinion: InsertionRule = (at) => {
  if (!opinions.has(at.word(0)) || at.pos(0) !== 'ADJ' || at.words.has('really')) return null;
  if (at.word(0) === 'good' && isSelf(at)) return null;
  if (at.word(-1) === 'a' && at.pos(1) === 'NOUN' && at.word(1) !== 'deal')
    return be.has(at.word(-2)) ? ['really'] : null;
  const ends = ['', '.', ',', '!', 'and', 'but', 'that', 'to', 'when', 'how'].includes(at.word(1));
  return be.has(at.word(-1)) && ends ? ['really'] : null;
};

/** `i want to go` -> `i just want to go`, `i'm looking for` -> `i'm just looking for`. */
const softener: InsertionRule = (at) => {
  if (at.words.has('just') || at.words.has('only') || isAsked(at)) return null;
  if (selves.has(at.word(-1)) && wishes.has(at.word(0)) && at.pos(0) === 'VERB') return ['just'];
  const seeks = seeking.has(at.word(0)) && at.pos(0) === 'VERB';
  return seeks && be.has(at.word(-1)) && isSelf(at) ? ['just'] : null;
};

/** `i'm using ubuntu` -> `i'm currently using ubuntu`. */
const present: InsertionRule = (at) =>
  lasting.has(at.word(0)) && at.pos(0) === 'VERB' && isSelf(at) && !/now|currently/.test(tail(at))
    ? ['currently']
    : null;

const isSelf = (at: Around): boolean =>
  ["i'm", 'im'].includes(at.word(-1)) ||
  (['am', 'are', "'re", "'m"].includes(at.word(-1)) && selves.has(at.word(-2)));
const tail = (at: Around): string => [...at.words].join(' ');

/** `how do i install it` -> `how exactly do i install it`; the place is that of `do`. */
const exactness: InsertionRule = (at) => {
  if (!askers.has(at.word(-1)) || !doers.has(at.word(0)) || !people.has(at.word(1))) return null;
  const opens = ['', '.', '?', '!', ',', 'so', 'and', 'ok', 'but'].includes(at.word(-2));
  return opens && !set('think like feel know say do mean help').has(at.word(2))
    ? ['exactly']
    : null;
};

/** `thanks for your help` -> `thanks for all your help`; `i need help` -> `i need some help`. */
const quantity: InsertionRule = (at) => {
  if (at.word(-1) === 'for' && ['your', 'the'].includes(at.word(0)) && isThanks(at)) return ['all'];
  const needs = set('need want needed wanted').has(at.word(-1)) && at.pos(-1) === 'VERB';
  return needs && uncountable.has(at.word(0)) && at.pos(0) === 'NOUN' ? ['some'] : null;
};

const isThanks = (at: Around): boolean =>
  set('thanks thank').has(at.word(-2)) ||
  (at.word(-2) === 'you' && at.word(-3) === 'thank') ||
  (at.word(-2) === 'much' && set('thanks thank').has(at.word(-4)));

/** `help me find it` -> `help me to find it`; `all the songs` -> `all of the songs`. */
const link: InsertionRule = (at) => {
  const helped =
    set('help helps helped helping').has(at.word(-2)) &&
    at.pos(-2) === 'VERB' &&
    !set('your the my any some all for').has(at.word(-3));
  if (
    helped &&
    at.pos(0) === 'VERB' &&
    !/(?:ed|ing)$/.test(at.word(0)) &&
    set('me you us him them').has(at.word(-1))
  )
    return ['to'];
  const all = at.word(-1) === 'all' && set('the my your these those our their').has(at.word(0));
  const phrase = set('time way best same more day night while').has(at.word(1));
  return all && at.pos(1) === 'NOUN' && !phrase ? ['of'] : null;
};

/** A particle of speech before a sentence that opens the text, if that leaves every capital letter in its right. */
const opening: InsertionRule = (at) => {
  if (!at.first) return null;
  if (isReaction(at)) return null;
  const says = ['AUX', 'VERB', 'ADV'].includes(at.pos(1));
  if (at.word(0) === 'i' || at.word(0) === "i'm")
    return says ? (at.prose ? ['So', 'Well'] : ['so', 'well']) : null;
  if (at.capital) return null;
  if (
    set('how what where why when is are can could do does did should would which').has(at.word(0))
  )
    return people.has(at.word(1)) || doers.has(at.word(1)) || be.has(at.word(1)) || asks(at.word(1))
      ? ['so']
      : null;
  return set('it we they he she there my').has(at.word(0)) && (says || at.word(0) === 'my')
    ? ['well']
    : null;
};

/** `i agree`, `i completely agree`, `i doubt it`, `i just did`: a reaction of a few words, which `so` and `well` make a retort. */
const isReaction = (at: Around): boolean => {
  const verb = at.pos(1) === 'ADV' ? 2 : 1;
  const after = at.word(verb + 1);
  const ends = !/^[\p{L}\p{N}]/u.test(after) || set('it that so too').has(after);
  return reactions.has(at.word(verb)) || (ends && auxiliaries.has(at.word(verb)));
};

const asks = (word: string): boolean => set('there anyone this that the').has(word);

export const insertionRules: readonly InsertionRule[] = [
  politeRequest,
  optionalThat,
  degreeOfVerb,
  degreeOfOpinion,
  softener,
  present,
  exactness,
  quantity,
  link,
  opening,
];
