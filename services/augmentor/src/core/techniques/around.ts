import type { Reading } from '@millrace/text/tokens';

/** What stands around a place of a text, by distance in tokens from the one at the place (0); outside the text `''`. */
export interface Around {
  /** Lower case. */
  word(distance: number): string;
  pos(distance: number): string;
  /** Whether the word at the place begins the text. */
  readonly first: boolean;
  /** Whether it begins with a capital letter. */
  readonly capital: boolean;
  /** Whether the text keeps to capitals and full stops. */
  readonly prose: boolean;
  /** All words, lower case. */
  readonly words: ReadonlySet<string>;
}

/** Makes the views of a reading; its words are put into lower case once. */
export function aroundOf({ text, tokens }: Reading): (index: number) => Around {
  const words = tokens.map((token) => token.text.toLowerCase().replaceAll('’', "'"));
  const all = new Set(words);
  const prose = /[.!?](?:\s|$)|(?<=\s)\p{Lu}\p{Ll}/u.test(text) && /^\P{L}{0,9}\p{Lu}/u.test(text);
  return (index) => ({
    word: (distance) => words[index + distance] ?? '',
    pos: (distance) => tokens[index + distance]?.pos ?? '',
    first: index === 0,
    capital: /^\p{Lu}/u.test(tokens[index]?.text ?? ''),
    prose,
    words: all,
  });
}
