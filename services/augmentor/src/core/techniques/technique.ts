import type { Rng } from '@millrace/shared/domain/rng';
import type { Reading } from '@millrace/text/tokens';

/** A replacement of [start, end) of the text; an empty one deletes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What stands beside a word, lower case; `$` for punctuation and a text's edge. */
export interface Place {
  readonly before: string;
  readonly after: string;
  /** Universal part of speech of the word behind. */
  readonly afterPos: string;
  /** Whether a verb has an object or nothing behind it, no other complement. */
  readonly plain: boolean;
  /** All words of the text, lower case. */
  readonly words: ReadonlySet<string>;
}

/** Words that may take a word's place in its form, by universal part of speech; without a place, those of any. */
export interface Synonyms {
  of(pos: string, form: string, place?: Place): readonly string[];
}

/** A word of a text that is hidden from a masked language model. */
export interface HiddenWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether the text itself, nothing hidden, stands before it. */
  readonly besideItself: boolean;
}

/** A masked language model's answers, and the words that it is asked about. */
export interface Masked {
  /** Words of one sense with another, whichever sense. */
  readonly related: Synonyms;
  /** Logarithm of the share of each of the likeliest words; the answers are facts, fetched before. */
  readonly predict: (hidden: HiddenWord) => ReadonlyMap<string, number>;
}

/** What a technique may ask; each is a pure function. */
export interface Tools {
  readonly synonyms: Synonyms;
  read(text: string): Reading;
  /** What the text says after a way through another language; absent where nothing was translated. */
  readonly translated?: (text: string) => string | null;
  /** Absent where the settings name no masked language model; null where they do and there is none. */
  readonly masked?: Masked | null;
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
