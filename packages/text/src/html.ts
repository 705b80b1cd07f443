import { outsideCode } from './code-blocks.ts';
import { stripBbcode } from './html/bbcode.ts';
import { entityCharacter } from './html/entities.ts';
import { stripTags } from './html/strip-tags.ts';

/** Cheap and necessary: a tag's beginning, an entity's end, the end of a BBCode pair. */
const suspicious = /<[a-z/!?]|&[a-z#][a-z0-9]{1,9};|\[\/[a-z]/i;
/** `&amp;amp;lt;` was escaped three times and is undone at once: layer by layer would be quadratic. */
const entity = /&(?:amp;)*(#x[\da-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,9});/gi;
/** An entity may stand for a tag, and a tag may hide in another; a text with more layers than this is left as it is. */
const maxLayers = 12;

export interface StrippedHtml {
  readonly text: string;
  /** What was taken out: names of elements, `[b]` for BBCode, `entity`, `comment`, `doctype`; each once. */
  readonly kinds: readonly string[];
}

/**
 * The text without HTML and BBCode: known tags (whatever their attributes, closed or not), scripts and styles with what is in
 * them, comments, entities. Blocks become line ends, a picture its `alt` text. Comparisons (`3 < 5`, `a<b && c>d`), hearts,
 * generics (`List<String>`), placeholders (`<name>`), e-mail addresses in angles, a tag that is only talked about, and code in
 * backticks stay. Applied twice it changes nothing more. Free without `<`, `&` and `[/`, else linear.
 */
export function stripHtml(received: string): StrippedHtml {
  const kinds = new Set<string>();
  let text = received;
  for (let layer = 0; layer < maxLayers && suspicious.test(text); layer++) {
    const before = text;
    text = outsideCode(before, (prose) => stripLayer(prose, kinds));
    if (text === before) return { text, kinds: [...kinds] };
  }
  return suspicious.test(text) ? { text: received, kinds: [] } : { text, kinds: [...kinds] };
}

function stripLayer(prose: string, kinds: Set<string>): string {
  let text = prose;
  if (text.includes('<')) text = stripTags(text, kinds);
  if (text.includes('[/')) text = stripBbcode(text, kinds);
  if (!text.includes('&')) return text;
  return text.replace(entity, (match, name: string) => {
    const character = entityCharacter(name);
    if (character === null && !/^&amp;/i.test(match)) return match;
    kinds.add('entity');
    return character ?? `&${name};`;
  });
}
