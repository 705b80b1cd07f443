export type SpanKind =
  | 'url'
  | 'email'
  | 'number'
  | 'code'
  | 'json'
  | 'placeholder'
  | 'path'
  | 'handle'
  | 'tag'
  | 'name';

/** A stretch [start, end) of a text, in UTF-16 units. */
export interface Span {
  readonly kind: SpanKind;
  readonly start: number;
  readonly end: number;
}

/** Every match of a global pattern, as spans of one kind. */
export function matches(text: string, kind: SpanKind, pattern: RegExp): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    spans.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  return spans;
}

/** A stretch without a blank, its edge punctuation left out; null where nothing else is in it. */
export function trimmed(text: string, span: Span, edges = /[\s.,;:!?…"'“”‘’()*]/): Span | null {
  let { start, end } = span;
  while (start < end && edges.test(text.charAt(start))) start++;
  while (end > start && edges.test(text.charAt(end - 1))) end--;
  return start < end ? { ...span, start, end } : null;
}
