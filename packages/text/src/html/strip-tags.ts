import { blocks, cells, dressing, neverWords, plainlyMarkup, tagNames } from './tag-names.ts';

const value = `\\s{0,20}=\\s{0,20}(?:"[^"<]{0,4000}"|'[^'<]{0,4000}'|[^\\s"'<>=]{1,4000})`;
/** An attribute with its value; without one only those that HTML allows so. */
const attribute = `\\s{1,200}(?:[a-z_:@][\\w:.@-]{0,60}${value}|(?:async|autofocus|autoplay|checked|controls|defer|disabled|hidden|loop|multiple|muted|nowrap|readonly|required|selected)(?![\\w-]))`;
const attributes = `(?:${attribute}){0,60}`;
/** Whole tag: slash, name, attributes, end. An attribute may be there without the end (`<span style="x" hello`). */
const tag = new RegExp(
  `<(?:(/)([a-z][a-z0-9]{0,10})(?:\\s{0,20}>|(?=\\s|$))|([a-z][a-z0-9]{0,10})(${attributes})(\\s{0,200}/?>)?)`,
  'iy',
);
const closing = /<\/([a-z][a-z0-9]{0,10})\s{0,20}>/gi;
const declaration = /<!doctype[^<>]{0,400}>|<\?xml[^<>]{0,400}\?>/iy;
const nounAfter = /^['"”’)]?\s{1,3}(?:html\s)?(?:tags?|elements?|attributes?)\b/i;
const nounBefore = /\b(?:tags?|elements?)[:,]?\s{1,3}['"“‘(]?$/i;
/** Elements whose content is not text. */
const unread = new Set(['script', 'style']);

/** One layer of tags, comments, scripts and styles removed; their names are added to `kinds`. Linear: no search for an end is made where there is none. */
export function stripTags(text: string, kinds: Set<string>): string {
  const closed = new Set(Array.from(text.matchAll(closing), ([, name = '']) => name.toLowerCase()));
  const around = { closed, lower: text.toLowerCase(), lastComment: text.lastIndexOf('-->') };
  const pieces: string[] = [];
  let at = 0;
  let from = 0;
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', from)) {
    const found = markupAt(text, open, around);
    from = found?.end ?? open + 1;
    if (found === null) continue;
    const { end, kind, inPlace } = found;
    kinds.add(kind);
    if (open > at) pieces.push(text.slice(at, open));
    const between = parted(pieces.at(-1) ?? '', inPlace, text.charAt(end));
    if (between !== '') pieces.push(between);
    at = end;
  }
  if (at === text.length && pieces.at(-1)?.trim() === '') pieces.pop();
  return pieces.join('') + text.slice(at);
}

interface Around {
  /** Names of which the text has an end tag. */
  readonly closed: ReadonlySet<string>;
  /** The text in lower case. */
  readonly lower: string;
  /** Where the last comment ends; -1 without one. */
  readonly lastComment: number;
}

interface Markup {
  /** Name of the element, `comment` or `doctype`. */
  readonly kind: string;
  readonly end: number;
  /** What stands for it: nothing, a blank, a line end, a picture's text. */
  readonly inPlace: string;
}

function markupAt(text: string, open: number, around: Around): Markup | null {
  if (text.startsWith('<!--', open)) {
    if (around.lastComment < open + 4) return null;
    return { kind: 'comment', end: text.indexOf('-->', open + 4) + 3, inPlace: '' };
  }
  declaration.lastIndex = open;
  if (declaration.test(text)) return { kind: 'doctype', end: declaration.lastIndex, inPlace: '' };
  tag.lastIndex = open;
  const match = tag.exec(text);
  if (match === null) return null;
  const [whole, slash, endName, startName, attributes = '', tail] = match;
  const kind = (endName ?? startName ?? '').toLowerCase();
  const end = open + whole.length;
  if (!tagNames.has(kind) || isTalkedAbout(text, open, end)) return null;
  if (slash !== undefined && !whole.endsWith('>') && !neverWords.has(kind)) return null;
  if (slash === undefined) {
    const cut = tail === undefined;
    if (cut) return cutTag(text, open, kind, attributes);
    if (attributes === '' && !standsAlone(kind, around.closed, text.charAt(open - 1))) {
      if (!dresses(kind, text, open, end)) return null;
    }
    if (unread.has(kind)) {
      const close = around.closed.has(kind) ? around.lower.indexOf(`</${kind}`, end) : -1;
      const after = close < 0 ? -1 : text.indexOf('>', close);
      if (after >= 0) return { kind, end: after + 1, inPlace: ' ' };
    }
    if (kind === 'img') return { kind, end, inPlace: pictureText(attributes) };
  }
  return { kind, end, inPlace: blocks.has(kind) ? '\n' : cells.has(kind) ? ' ' : '' };
}

/** `=` of an attribute, with or without its value, as far as it goes without blanks. */
const begunAttribute = /\s{1,20}[a-z][\w-]{0,30}=["']?[^\s"'<>]{0,400}["']?/iy;

/** Written in markup only, quotes or not. */
const plainAttribute =
  /\s(?:align|border|class|color|colspan|height|href|id|rel|rowspan|size|src|style|target|width)=[^\s]/i;

/** A start tag without its end: it has an attribute in quotes, or the name is no word, or what follows begins an attribute. */
function cutTag(text: string, open: number, kind: string, attributes: string): Markup | null {
  const end = open + 1 + kind.length + attributes.length;
  const place = { kind, end, inPlace: blocks.has(kind) ? '\n' : cells.has(kind) ? ' ' : '' };
  if (/=\s*["']/.test(attributes) || plainAttribute.test(attributes)) return place;
  if (/[\p{L}\p{N}_)\]]/u.test(text.charAt(open - 1))) return null; // `i<div`: a comparison
  if (!/^(?:\s|$)/.test(text.slice(end, end + 1))) return null;
  begunAttribute.lastIndex = end;
  const begun = begunAttribute.exec(text)?.[0];
  if (begun?.includes('="') || begun?.includes("='")) return { ...place, end: end + begun.length };
  return neverWords.has(kind) ? place : null;
}

/** `<b>really`: a blank or nothing before it, a word at once behind it; `usage: foo <b> <c>` and `Map<b>` are none. */
const dresses = (kind: string, text: string, open: number, end: number): boolean =>
  dressing.has(kind) &&
  /^[\p{L}\p{N}]/u.test(text.slice(end, end + 2)) &&
  (open === 0 || /\s/.test(text.charAt(open - 1)));

/** `the <b> tag`, `an element <div>`. */
const isTalkedAbout = (text: string, open: number, end: number): boolean =>
  nounAfter.test(text.slice(end, end + 24)) ||
  nounBefore.test(text.slice(Math.max(0, open - 16), open));

/** A bare start tag is markup when nothing else is written so, or when the text has its end. */
function standsAlone(name: string, closed: ReadonlySet<string>, before: string): boolean {
  if (closed.has(name)) return true;
  // `Map<p>`: a type's parameter
  return plainlyMarkup.has(name) && !(name.length === 1 && /[\p{L}\p{N}_]/u.test(before));
}

function pictureText(attributes: string): string {
  const alt = /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
  const text = (alt?.[1] ?? alt?.[2] ?? '').trim();
  return text === '' ? '[IMAGE]' : text;
}

/** Blanks and line ends are put where words would touch, not at the ends and not twice. */
function parted(before: string, inPlace: string, after: string): string {
  if (inPlace.trim() !== '') return inPlace;
  if (before === '' || after === '' || before.endsWith('\n')) return '';
  return inPlace === ' ' && (/\s$/.test(before) || /\s/.test(after)) ? '' : inPlace;
}
