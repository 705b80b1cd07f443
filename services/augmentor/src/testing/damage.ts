/**
 * What a copy may not change, written for the tests alone: it shares no pattern and no code with what protects (packages/text), and
 * reads both texts by plain expressions, as a stranger would.
 */
const facts: Readonly<Record<string, RegExp>> = {
  url: /(?:https?:\/\/|www\.)\S+/gi,
  email: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  code: /```[\s\S]*?```|`[^`\n]+`|\{\{[^{}]*\}\}|<[^<>\s][^<>]*>|\[[A-Z]+_\d+\]|%\d?\$?[sd]\b/g,
  path: /(?<!\S)(?:~|[A-Z]:)?[\\/][\w\\/.-]+/g,
  number: /(?<!\w)[#$€£]?\d[\d.,:/-]*(?:st|nd|rd|th|am|pm|%|k)?(?!\w)|\b\w*\d\w*\b/gi,
  unit: /\d+ ?(?:mg|kg|km|cm|°|%|€|hours?|minutes?|days?|weeks?|dollars|a\.m\.|p\.m\.)/gi,
  counting:
    /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|twice|half|monday|friday|january|today|tomorrow)\b/gi,
  name: /(?<=[a-z,;:][ \t]+)[A-Z][a-z]+(?:[ '-][A-Z][a-z]+)*|\b[A-Z]{2,}\b/g,
  json: /[{[][^{}[\]]*"[^{}[\]]*[}\]]/g,
  negation:
    /\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|barely|[a-z]+n['’]t|(?:do|does|did|is|wo|ca)nt)\b/gi,
};

/**
 * Kinds of content that the copy has not byte for byte as often and in the same order as its original, or that stands in it less often than
 * there, wherever it stands; none for a sound copy.
 */
export function damageOf(original: string, copy: string): string[] {
  return Object.entries(facts).flatMap(([kind, pattern]) => {
    const [found, again] = [original, copy].map((text) => text.match(pattern) ?? []);
    if (found === undefined || again === undefined) return [];
    if (kind === 'name')
      return sameOrder(new Set([...found, ...again]), original, copy) ? [] : [kind];
    const same = found.join('\u0000') === again.join('\u0000');
    const there = found.every((part) => times(copy, part) >= times(original, part));
    return same && (there || words.has(kind)) ? [] : [kind];
  });
}

/** A capitalised word is a name by what stands before it: one that is found in either text is looked for in both. */
function sameOrder(names: ReadonlySet<string>, original: string, copy: string): boolean {
  const orderOf = (placesIn: (name: string) => readonly number[]) =>
    [...names]
      .flatMap((name) => placesIn(name).map((at) => ({ at, name })))
      .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name)
      .join('\u0000');
  const placesInCopy = (name: string) => {
    const places = placesOf(copy, name);
    // one more, at the very beginning, has its capital from there
    const isOneMore = places.length > placesOf(original, name).length;
    return isOneMore && places[0] === 0 ? places.slice(1) : places;
  };
  return orderOf((name) => placesOf(original, name)) === orderOf(placesInCopy);
}

function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

/** Kinds that are found as whole words only: `no` stands in `annoying`. */
const words = new Set(['negation', 'counting', 'number']);

const times = (text: string, part: string): number => text.split(part).length;

/** The text without its letters' words: blanks, punctuation, figures. A replaced word leaves it as it is. */
export const skeletonOf = (text: string): string => text.replace(/\p{L}+/gu, 'w');
