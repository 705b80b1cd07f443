import { bbcodeNames } from './tag-names.ts';

const tag = /\[(\/?)([a-z]{1,8})(=[^[\]\n]{1,2000})?\]/gi;

/** The text without the BBCode tags of which it has the beginning and the end; their names are added to `kinds`. Linear. */
export function stripBbcode(text: string, kinds: Set<string>): string {
  const opened = new Set<string>();
  const closed = new Set<string>();
  for (const [, slash, name = ''] of text.matchAll(tag))
    (slash === '' ? opened : closed).add(name.toLowerCase());
  return text.replace(tag, (match, _slash: string, name: string) => {
    const known = name.toLowerCase();
    if (!bbcodeNames.has(known) || !opened.has(known) || !closed.has(known)) return match;
    kinds.add(`[${known}]`);
    return '';
  });
}
