import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import type { Span } from './spans/span.ts';
import { protectedSpans } from './spans.ts';
import { type Sentence, sentencesOf } from './tokens/sentences.ts';
import { taggable } from './tokens/taggable.ts';

export interface Token {
  /** As it stands in the text. */
  readonly text: string;
  /** [start, end) in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  /** Universal part of speech, as `NOUN`. */
  readonly pos: string;
  /** Lies in a protected span. */
  readonly fixed: boolean;
}

/** A text with what is known about it. Whoever changes it cuts by offsets: wink loses blanks at the ends. */
export interface Reading {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly tokens: readonly Token[];
  readonly sentences: readonly Sentence[];
}

/** New words after which the tagger is made anew: it keeps each one (105 bytes, 126 MB after 1.2 million). */
const recycleAfter = 200_000;

let tagger: ReturnType<typeof open> | undefined;
let seen = new Set<string>();
/** Techniques read one text after another; it is tagged once. */
let last: Reading | undefined;

/**
 * Tokens with their part of speech, protected spans tagged as one noun or number each.
 * A pure function of the text; the tagger behind it is made at the first call (0.2 s) and again when it has grown.
 * About 5,000 messages of 12 words a second.
 */
export function readText(text: string): Reading {
  if (last?.text === text) return last;
  const spans = protectedSpans(text);
  const masked = taggable(text, spans);
  if (tagger === undefined || seen.size > recycleAfter) {
    tagger = open();
    seen = new Set();
  }
  const doc = tagger.readDoc(masked);
  const values = doc.tokens().out();
  const tags = doc.tokens().out(tagger.its.pos);
  const places = placesOf(masked, values);
  const firsts = doc
    .sentences()
    .out(tagger.its.span)
    .flatMap(([first]) => places[Number(first)] ?? []);
  last = {
    text,
    spans,
    tokens: aligned({ text, places, spans, values, tags }),
    sentences: sentencesOf(text, firsts),
  };
  return last;
}

const open = () => winkNLP(model, ['sbd', 'pos']);

/** Offsets of wink's tokens, as far as they are found: each stands behind the last one, and only blanks lie between. */
function placesOf(masked: string, values: readonly string[]): number[] {
  const places: number[] = [];
  let at = 0;
  for (const value of values) {
    const start = masked.indexOf(value, at);
    if (start < 0) break;
    places.push(start);
    at = start + value.length;
  }
  return places;
}

interface Tagged {
  readonly text: string;
  /** Of each value, as far as they are known. */
  readonly places: readonly number[];
  readonly spans: readonly Span[];
  readonly values: readonly string[];
  readonly tags: readonly string[];
}

function aligned({ text, places, spans, values, tags }: Tagged): Token[] {
  const tokens: Token[] = [];
  let next = 0;
  for (const [i, start] of places.entries()) {
    const value = values[i] ?? '';
    const at = start + value.length;
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    const span = spans[next];
    const fixed = span !== undefined && span.start < at;
    const end = fixed && span.kind !== 'name' ? Math.max(span.end, at) : at;
    if (value.trim() === '') continue;
    seen.add(value);
    tokens.push({ text: text.slice(start, end), start, end, pos: tags[i] ?? 'X', fixed });
  }
  return tokens;
}
