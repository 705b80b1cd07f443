/** Vectors of texts: row i is the unit vector of text i, (texts, dimension) in row-major order. */
export interface Embeddings {
  readonly dimension: number;
  readonly rows: Float32Array;
}

/** A sentence-embedding model behind a door: in a worker, a child process or another machine. */
export interface Encoder {
  /**
   * The same list gives the same bits, whenever and how often it is asked for. A text in another list may differ in the
   * last ones (about 2e-7: sums are taken in another order), so a decision must always ask for the same list. Reads the
   * beginning of a text, as far as the model does.
   * @throws TransientError when the model does not answer; the signal's reason when it is aborted
   */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<Embeddings>;
}
