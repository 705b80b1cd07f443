import type { Span } from './span.ts';

const word = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’-]\p{L}[\p{L}\p{M}\p{N}]*)*/gu;
const capitalised = /^\p{Lu}/u;
const innerCapital = /^.+\p{Lu}/u;
const firstPerson = /^I(?:['’]\p{Ll}+)?$/u;
/** Between two words: what begins a sentence. */
const sentenceEnd = /[.!?…\n]/;

/**
 * Words that are taken for names: capitalised inside a sentence, or with a capital after the first letter (`USA`,
 * `iPhone`). The first word of a sentence is not told apart from any other and is no name here; neither is `I`.
 */
export function nameSpans(text: string): Span[] {
  const spans: Span[] = [];
  let end = 0;
  let first = true;
  for (const match of text.matchAll(word)) {
    const start = match.index;
    const found = match[0];
    const begins = first || sentenceEnd.test(text.slice(end, start));
    first = false;
    end = start + found.length;
    if (firstPerson.test(found)) continue;
    if (innerCapital.test(found) || (!begins && capitalised.test(found))) {
      spans.push({ kind: 'name', start, end });
    }
  }
  return spans;
}
