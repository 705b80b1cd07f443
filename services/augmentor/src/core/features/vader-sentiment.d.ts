/** The package has no types of its own. */
declare module 'vader-sentiment' {
  /** A CommonJS bundle: its exports are properties of the default. */
  const vader: {
    readonly SentimentIntensityAnalyzer: {
      polarity_scores(text: string): {
        /** -1 to 1. */
        readonly compound: number;
        /** Shares of the words, 0 to 1. */
        readonly pos: number;
        readonly neg: number;
        readonly neu: number;
      };
    };
  };
  export = vader;
}
