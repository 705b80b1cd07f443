/** The package has no types of its own: the parts of its analyzer that are used. */
declare module 'vader-sentiment' {
  interface Reading {
    readonly words_and_emoticons: readonly string[];
    /** Whether some of the words, and not all, are in capitals. */
    readonly is_cap_diff: boolean;
  }
  /** A CommonJS bundle: its exports are properties of the default. */
  const vader: {
    readonly SentimentIntensityAnalyzer: {
      /** Valences with that of one more word, boosters and negations before it counted. */
      sentiment_valence(
        start: 0,
        reading: Reading,
        word: string,
        index: number,
        before: number[],
      ): number[];
      /** Less before the first `but`, more behind it. */
      but_check(words: readonly string[], valences: number[]): number[];
      /** compound -1 to 1; shares of the words, 0 to 1. */
      score_valence(
        valences: readonly number[],
        text: string,
      ): { readonly compound: number; readonly pos: number; readonly neg: number };
    };
  };
  export = vader;
}
