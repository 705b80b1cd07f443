/** A word of a text that is hidden from a model. */
export interface MaskedWord {
  readonly text: string;
  /** Offsets of the word, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Whether the text itself, nothing hidden, stands before it. */
  readonly besideItself: boolean;
}

export interface PredictedWord {
  /** Lower case where the model knows no other. */
  readonly word: string;
  /** Natural logarithm of its share of all tokens. */
  readonly logProbability: number;
}

/** A masked language model behind a door: in a child process or another machine. */
export interface MaskedLm {
  /**
   * The likeliest words in each hidden place, likeliest first, as many as `top` at most; in the order of the questions. The same
   * list gives the same bits, whenever it is asked; a question in another list may get other last ones, so a decision must
   * always ask with the same list. A long text is read around the word only.
   * @throws TransientError when the model does not answer; the signal's reason when it is aborted
   */
  predict(
    questions: readonly MaskedWord[],
    options: { readonly top: number; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly (readonly PredictedWord[])[]>;
}
