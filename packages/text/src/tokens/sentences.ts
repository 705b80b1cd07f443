import { protectedRuns } from '../spans.ts';

/** A stretch [start, end) of a text, in UTF-16 units, without the blanks around it. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

/** As Unicode has them, and what a terminal writes. */
const lineEnd = /[\n\r\v\f\u0085\u2028\u2029]/g;
/** `e.g.`, `U.S.`: a tagger sees no abbreviation in what is protected. Where one does end a sentence, two are one. */
const dotted = /(?<!\p{L})\p{L}(?:\.\p{L}){1,7}\.\s{0,12}$/u;
/** UTF-16 units in which a dotted abbreviation and a blank behind it stand. */
const dottedLength = 16;

/**
 * The sentences of a text in order, a line's end closing one too; only blanks lie between them. What is protected is never
 * cut, nor are its neighbours: `5 p.m. Tomorrow` and a block of code stay whole.
 * @param firsts  offsets at which a tagger sees sentences begin
 */
export function sentencesOf(text: string, firsts: readonly number[]): Sentence[] {
  const lines = Array.from(text.matchAll(lineEnd), ({ index }) => index + 1);
  const runs = protectedRuns(text);
  const ends = firsts.filter((at) => !dotted.test(text.slice(Math.max(0, at - dottedLength), at)));
  const cuts = [...ends, ...lines].sort((a, b) => a - b);
  const sentences: Sentence[] = [];
  let start = 0;
  let next = 0;
  for (const cut of [...cuts, text.length]) {
    while ((runs[next]?.end ?? Number.POSITIVE_INFINITY) <= cut) next++;
    const run = runs[next];
    if (run !== undefined && run.start < cut && cut < text.length) continue;
    const part = text.slice(start, cut);
    const from = start + part.length - part.trimStart().length;
    const to = start + part.trimEnd().length;
    // blanks of a code block that is not closed are protected, too
    const within = (at: number) => runs.find((one) => one.start < at && at < one.end);
    if (from < to)
      sentences.push({ start: within(from)?.start ?? from, end: within(to)?.end ?? to });
    start = Math.max(start, cut);
  }
  return sentences;
}
