/** A sentence-embedding model behind a door: in a worker, a child process or another machine. */
export interface Encoder {
  readonly dimension: number;
  /** Row i is the unit vector of text i, (texts, dimension) in row-major order. Equal texts give equal rows. */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>;
}
