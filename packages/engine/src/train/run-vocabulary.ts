/**
 * The tokens that the texts of a run are made of. Of the word table a run needs their rows only: no other row gets a
 * gradient, so all that AdamW does to it is weight decay, one factor for the whole run. The word table
 * is half of MiniLM, of its moments and of its checkpoints.
 */
export interface RunVocabulary {
  /** The token of each row, ascending. */
  readonly tokens: Int32Array;
  /** The rows of a text's tokens. @throws RangeError when one is not of the run */
  rowsOf(text: readonly number[]): number[];
}

/** @param texts  token ids of everything that is trained on, or encoded meanwhile */
export function runVocabulary(texts: Iterable<readonly number[]>): RunVocabulary {
  const seen = new Set<number>();
  for (const text of texts) for (const token of text) seen.add(token);
  const tokens = Int32Array.from(seen).sort();
  const rows = new Map(Array.from(tokens, (token, row) => [token, row]));
  return {
    tokens,
    rowsOf: (text) =>
      text.map((token) => {
        const row = rows.get(token);
        if (row !== undefined) return row;
        throw new RangeError(`token ${token} is in none of the texts that the run was given`);
      }),
  };
}

/** The rows of a vocabulary out of a table, (tokens, width). */
export function narrowed(table: Float32Array, { tokens }: RunVocabulary, width: number) {
  const rows = new Float32Array(tokens.length * width);
  tokens.forEach((token, row) => {
    rows.set(table.subarray(token * width, (token + 1) * width), row * width);
  });
  return rows;
}

interface Widening {
  readonly table: Float32Array;
  readonly rows: Float32Array;
  /** What weight decay left of a weight without a gradient, a factor. */
  readonly remains: number;
}

/** The whole table after a run: its rows, and what decay left of the others. */
export function widened(
  { table, rows, remains }: Widening,
  { tokens }: RunVocabulary,
  width: number,
): Float32Array {
  const whole = table.map((value) => value * remains);
  tokens.forEach((token, row) => {
    whole.set(rows.subarray(row * width, (row + 1) * width), token * width);
  });
  return whole;
}
