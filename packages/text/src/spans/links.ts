import { matches, type Span, trimmed } from './span.ts';

const url = /(?<![\p{L}\p{N}])(?:(?:https?|ftp):\/\/|www\.)[^\s<>]+/giu;
const email = /(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g;
const handle = /(?<![\w@./])@\w+(?:[.-]\w+)*/g;
const tag = /(?<![\w#&/])#\w+(?:-\w+)*/g;

/** Links, e-mail addresses, @handles and #tags. A sentence's own punctuation after a link is not part of it. */
export function linkSpans(text: string): Span[] {
  const urls = matches(text, 'url', url).flatMap(
    (span) => trimmed(text, span, /[.,;:!?…"'”’]/) ?? [],
  );
  return [
    ...urls,
    ...matches(text, 'email', email),
    ...matches(text, 'handle', handle),
    ...matches(text, 'tag', tag),
  ];
}
