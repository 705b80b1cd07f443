import { firstNames, noNames } from './first-names.ts';
import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const title = '(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam)\\b\\.?';
const capital = "\\p{Lu}[\\p{L}\\p{M}]*(?:['’-]\\p{L}[\\p{L}\\p{M}]*){0,3}";
const anyCase = "\\p{L}[\\p{L}\\p{M}]*(?:['’-]\\p{L}[\\p{L}\\p{M}]*){0,3}";
const particle =
  '(?:(?:de|del|della|di|da|do|dos|van|von|der|den|ter|bin|ibn|al|el|la|le|st\\.?|[A-Z]\\.) ){0,3}';
const capitals = new RegExp(`(?:(?:[A-Z]\\.|${capital}) ${particle}){0,3}${capital}`, 'uy');
const words = new RegExp(`${anyCase}(?: ${anyCase})?`, 'uy');

/** Words that only a name follows. */
const named = new RegExp(
  `(?<![\\p{L}\\p{N}])my (?:(?:full|first|last|real|sur|nick|birth) ?)?name(?:(?:['’]?s| is| was|:) |: ?)(?:${title} )?` +
    `|(?<![\\p{L}\\p{N}])(?:i am|i['’]?m|this is) ${title} ` +
    `|(?<=^|[.!?\\n] ?)name(?: is|:) (?:${title} )?`,
  'giu',
);
/** Words that a name may follow: it must have a capital and be a known first name. */
const perhaps = /(?<![\p{L}\p{N}])(?:i am|i['’]?m|this is|the name(?: is|['’]s)) /giu;
/** Words behind a name; `I have Ana here` is about somebody else. */
const spoken = new RegExp(
  `(?<![\\p{L}\\p{N}]|(?:have|has|had|got|get|with|from|bring|see|saw|find|is|are|was|for|to|of|want|need|because|that|if|when) )(?:this is )?((?:${capital} ){0,2}${capital}),? (?:here|speaking|calling)(?![\\p{L}\\p{N}])(?! (?:is|are|was|to|for)\\b)`,
  'gu',
);

/**
 * Names of people who introduce themselves: `my name is ana lind`, `I'm Mr Lind`, `this is Ana Lind speaking`. Behind
 * `I am` alone a word must be a known first name with a capital, so that nobody is called Happy. Names of other people, without such a cue, stay.
 */
export const names: Detector = {
  possible: ({ lower }) => cues.some((cue) => lower.includes(cue)),
  find: (text) => {
    const shouted = !/\p{Ll}/u.test(text); // capitals tell nothing then
    return [
      ...[...text.matchAll(named)].flatMap((cue) =>
        namedAt(text, cue.index + cue[0].length, shouted),
      ),
      ...(shouted ? [] : [...text.matchAll(perhaps)]).flatMap((cue) =>
        knownAt(text, cue.index + cue[0].length),
      ),
      ...[...text.matchAll(spoken)].flatMap((match) => speaker(match)),
    ];
  },
};
/** One of them is in each match of the patterns above, in lower case. */
const cues = ['name', "i'm ", 'i’m ', 'im ', 'i am ', 'this is ', ' here', ' speaking', ' calling'];

function namedAt(text: string, at: number, shouted: boolean): SensitiveSpan[] {
  capitals.lastIndex = at;
  const found = capitals.exec(text)?.[0];
  if (found?.includes(' ') && !shouted) return spans(at, withoutTail(found));
  words.lastIndex = at;
  const [first = '', second] = (words.exec(text)?.[0] ?? '').split(' ');
  if (first.length < 2) return [];
  if (second === undefined || noNames.has(second.toLowerCase())) return spans(at, first);
  const end = at + first.length + 1 + second.length;
  const closed = /^\s*(?:$|[.,!?;)\n]|(?:and|but|i|from|with)\b)/i.test(text.slice(end, end + 8));
  return spans(at, closed ? `${first} ${second}` : first);
}

/** Words that begin a new sentence without a full stop are no part of a name. */
function withoutTail(name: string): string {
  const parts = name.split(' ');
  const stop = parts.findIndex((part) => noNames.has(part.toLowerCase()));
  return stop === -1 ? name : parts.slice(0, stop).join(' ');
}

function knownAt(text: string, at: number): SensitiveSpan[] {
  capitals.lastIndex = at;
  const found = withoutTail(capitals.exec(text)?.[0] ?? '');
  return isKnown(found) ? spans(at, found) : [];
}

function speaker({ 0: match, 1: name = '', index }: RegExpExecArray): SensitiveSpan[] {
  const start = index + match.indexOf(name);
  return match.startsWith('this is ') || isKnown(name) ? spans(start, withoutTail(name)) : [];
}

const isKnown = (name: string): boolean =>
  firstNames.has((name.split(/[ -]/)[0] ?? '').toLowerCase());

function spans(start: number, name: string): SensitiveSpan[] {
  const [first = ''] = name.split(' ');
  if (first === '' || noNames.has(first.toLowerCase())) return [];
  return [{ start, end: start + name.length, kind: 'name', value: name.toLowerCase() }];
}
