import type { Rng } from '@millrace/shared/domain/rng';
import type { Reading } from '@millrace/text/tokens';

/** A replacement of [start, end) of the text; an empty one deletes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Words that may take a word's place in its form, by universal part of speech. */
export interface Synonyms {
  of(pos: string, form: string): readonly string[];
}

/** What a technique may ask; each is a pure function. */
export interface Tools {
  readonly synonyms: Synonyms;
  read(text: string): Reading;
}

/**
 * Changed texts, best first, none when the text offers nothing. Proposes only: quality.ts decides. Draws from `random`
 * alone, so a text and a seed give the same candidates whenever and wherever they are asked for.
 */
export type Propose = (text: string, random: Rng, tools: Tools) => string[];

/** The text with its edits made; they must be disjoint. Everything between them is byte-equal. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.replacement;
    at = edit.end;
  }
  return result + text.slice(at);
}
