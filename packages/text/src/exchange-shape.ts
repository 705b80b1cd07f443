/** What an exchange looks like, by name; finite whatever the texts. */
export interface ExchangeShape {
  /** Log of the number of words. */
  readonly log_words: number;
  /** Log of the mean length of a word, drawn to 4.5 letters where words are few. */
  readonly log_word_length: number;
  /** Log of the share of distinct words against n^0.88, drawn to 1 where words are few: under the others' when it repeats. */
  readonly log_variety: number;
  /** Log of the share of visible characters that are no letter or digit, drawn to 0.04 where there are few. */
  readonly log_symbols: number;
  /** Log of the share of letters that are upper case, drawn to 0.04 where there are few. */
  readonly log_upper_case: number;
  /** Log of the words of what is said against those of the reply. */
  readonly log_word_ratio: number;
}

/**
 * The figures by which an exchange may be an outlier. Logarithms, for counts and shares of chats are skewed to the right, and
 * drawn to what is usual where there is little text, for two words are no evidence. Addresses of web pages are left out:
 * they are long words of symbols by nature. 5 ms for 1,000 pairs of 20 words.
 */
export function exchangeShape(said: string, reply: string): ExchangeShape {
  const [text, answer] = [said, reply].map((t) => t.replace(/(?:https?:\/\/|www\.)\S+/giu, ' '));
  const [own, replied] = [runs(text), runs(answer)];
  const all = `${text}\n${answer}`;
  const vocabulary = all.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const distinct = new Set(vocabulary).size;
  const wordCharacters = total(vocabulary);
  const visible = total(all.match(/\S+/gu) ?? []);
  const symbols = visible - total(all.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
  const letters = total(all.match(/\p{L}+/gu) ?? []);
  const upper = total(all.match(/\p{Lu}+/gu) ?? []);
  return {
    log_words: Math.log(1 + own + replied),
    log_word_length: Math.log((45 + wordCharacters) / (10 + vocabulary.length)),
    log_variety: Math.log((9 + distinct) / (9 + vocabulary.length) ** 0.88),
    log_symbols: Math.log((2 + symbols) / (50 + visible)),
    log_upper_case: Math.log((2 + upper) / (50 + letters)),
    log_word_ratio: Math.log((1 + own) / (1 + replied)),
  };
}

/** What was said, and what was replied. */
export type Exchange = readonly [said: string, reply: string];

/** The figures of many exchanges, by name. */
export function shapeColumns(
  exchanges: readonly Exchange[],
): Readonly<Record<keyof ExchangeShape, Float64Array>> {
  const shapes = exchanges.map(([said, reply]) => exchangeShape(said, reply));
  const column = (name: keyof ExchangeShape) => Float64Array.from(shapes, (shape) => shape[name]);
  return {
    log_words: column('log_words'),
    log_word_length: column('log_word_length'),
    log_variety: column('log_variety'),
    log_symbols: column('log_symbols'),
    log_upper_case: column('log_upper_case'),
    log_word_ratio: column('log_word_ratio'),
  };
}

const runs = (text = ''): number => text.match(/\S+/gu)?.length ?? 0;

const total = (parts: readonly string[]): number => parts.reduce((sum, p) => sum + p.length, 0);
