import { clauseBefore } from './cues.ts';
import { noNames } from './first-names.ts';
import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const letter = '\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}';
const local = `(?<![${letter}_%+])[${letter}_%+](?:[${letter}._%+'’-]{0,62}[${letter}_%+-])?`;
/** A top-level domain in Latin letters ends where they end, also before a script that writes no blanks. */
const domain =
  '(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24}(?![a-z0-9])|\\p{L}{2,24})';
const address = new RegExp(`${local}@${domain}`, 'giu');

/** What stands behind an @ and a dot in names of files and of services, and is no top-level domain. */
const noDomain =
  /\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|pdf|css|jsx?|tsx?|json|ya?ml|html?|service|socket|timer|mount|target)$/i;
const userOfUrl = /\/\/[^\s/@]{0,128}$/;
/** `git@host:owner/name`, a place to copy from. */
const remotePath = /:[\w.~-]{0,64}\//y;

/** `(at) mail [dot] example`, ` at mail dot com`, ` @ mail . com`: what follows the name. */
const spelledDomain = new RegExp(
  '(?: ?[([{<] ?(?:at|@) ?[)\\]}>] ?| (?:at|@) ?(?<= )| ?@ ?)' +
    '(?:[\\p{L}\\p{N}-]{1,63} ?(?:[([{<] ?(?:dot|\\.) ?[)\\]}>]| dot | ?\\. ?) ?){1,4}[a-z]{2,12}(?![\\p{L}\\p{N}])',
  'giu',
);
const spelledLocal = new RegExp(`${local}(?: dot [${letter}_-]{1,32}){0,2}$`, 'iu');
const longestLocal = 140;
const bracketed = /[([{<] ?(?:at|@) ?[)\]}>]/i;
/** As it looks once read. */
const provider =
  /@(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|icloud|aol|proton|protonmail|gmx|yandex|fastmail)\.[a-z]{2,4}(?:\.[a-z]{2})?$/;
const cue = /\b(?:e-?mail|mail|write|reach|contact|address|send)\b/i;

/**
 * E-mail addresses, reserved domains like any other, and those spelled for people: `at` and `dot` in brackets, or as words behind a cue or
 * before a large provider's name. No e-mail: a place that a program copies from (`git@host:path`), the user of a URL (`ssh://git@host`), a file
 * (`logo@2x.png`).
 */
export const emails: Detector = {
  possible: ({ lower, dots }) =>
    lower.includes('@') || (lower.includes('at') && (dots > 0 || lower.includes('dot'))),
  find: (text) => [
    ...[...text.matchAll(address)].flatMap((match) => judged(text, match)),
    ...[...text.matchAll(spelledDomain)].flatMap((match) => judgedSpelled(text, match)),
  ],
};

function judged(text: string, match: RegExpExecArray): SensitiveSpan[] {
  const [found] = match;
  const start = match.index;
  const end = start + found.length;
  remotePath.lastIndex = end;
  if (
    noDomain.test(found) ||
    userOfUrl.test(text.slice(Math.max(0, start - 130), start)) ||
    remotePath.test(text)
  )
    return [];
  return [{ start, end, kind: 'email', value: found.toLowerCase() }];
}

/** A plain address is the other pattern's. */
function judgedSpelled(text: string, { 0: behind, index }: RegExpExecArray): SensitiveSpan[] {
  const name = spelledLocal.exec(text.slice(Math.max(0, index - longestLocal), index))?.[0];
  if (name === undefined) return [];
  const start = index - name.length;
  const found = name + behind;
  const value = found
    .toLowerCase()
    .replace(/[([{<)\]}>]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/ dot /g, '.')
    .replace(/ at /, '@')
    .replace(/ /g, '');
  if (value === found.toLowerCase() || noDomain.test(value)) return [];
  if (!bracketed.test(found) && !isMeant(text, start, { found, value })) return [];
  return [{ start, end: start + found.length, kind: 'email', value }];
}

/** `look at gmail.com` is advice; `ana.l at gmail.com`, a message of nothing else and `mail me: ana at lind dot example` are addresses. */
function isMeant(
  text: string,
  start: number,
  { found, value }: { readonly found: string; readonly value: string },
): boolean {
  const known = provider.test(value);
  const alone = start === text.search(/\S/) && found.length >= text.trim().length - 1;
  const cued = alone || cue.test(clauseBefore(text, start, 40));
  if (/ @|@ /.test(found)) return known || cued;
  const name = value.slice(0, value.indexOf('@'));
  if (noNames.has(name) || !(known || / dot /i.test(found))) return false;
  return cued || /[\d._+-]/.test(name);
}
