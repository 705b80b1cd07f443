const word = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;
/** Marks that end a sentence where a blank, a closing mark or the text's end follows; so does a line's end. */
const sentenceEnd = /[.!?…]+["'”’)\]]*(?=\s|$)|[。！？\n]+/u;

/** What the figures of a text are read from; made once a text. */
export interface TextFacts {
  readonly text: string;
  /** In lower case, in order: letters and figures, inner apostrophes and hyphens included. */
  readonly words: readonly string[];
  /** Each with a word in it, without its mark. */
  readonly sentences: readonly string[];
}

export function textFacts(text: string): TextFacts {
  const words = Array.from(text.matchAll(word), (match) => match[0].toLowerCase());
  const sentences = text.split(sentenceEnd).filter((part) => /[\p{L}\p{N}]/u.test(part));
  return { text, words, sentences };
}
