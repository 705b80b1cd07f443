import type { Span } from './span.ts';

const word = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’-]\p{L}[\p{L}\p{M}\p{N}]*)*/gu;
const capitalised = /^\p{Lu}/u;
const innerCapital = /^.+\p{Lu}/u;
const firstPerson = /^I(?:['’]\p{Ll}+)?$/u;
/** Between two words: what begins a sentence. */
const sentenceEnd = /[.!?…\n]/;
/** A full stop behind one of these ends none: `Mr. Smith`. */
const title = /^(?:Mrs?|Ms|Drs?|Prof|St)$/;

/**
 * Words that are taken for names: capitalised inside a sentence, or with a capital after the first letter (`USA`,
 * `iPhone`). The first word of a sentence is not told apart from any other and is no name here; neither is `I`.
 */
export function nameSpans(text: string): Span[] {
  const spans: Span[] = [];
  let end = 0;
  let before: string | null = null;
  for (const match of text.matchAll(word)) {
    const start = match.index;
    const found = match[0];
    const between = text.slice(end, start);
    const isTitled = before !== null && title.test(before) && /^\. ?$/.test(between);
    const begins = before === null || (!isTitled && sentenceEnd.test(between));
    before = found;
    end = start + found.length;
    if (firstPerson.test(found)) continue;
    if (innerCapital.test(found) || (!begins && capitalised.test(found))) {
      spans.push({ kind: 'name', start, end });
    }
  }
  return spans;
}
