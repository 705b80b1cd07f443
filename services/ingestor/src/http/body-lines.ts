import { HttpProblem } from './problem.ts';

const lineFeed = 0x0a;

export interface BodyLine {
  /** From 1, blank ones counted. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** Blank ones counted. An answer is 300 bytes long, so the shortest lines become a hundred times as much. */
const mostLines = 20_000;

/**
 * The lines of a body that hold more than blanks, as they came: JSON has no line feed inside of a text.
 * @throws HttpProblem 413 when they are too many
 */
export function* bodyLines(body: Uint8Array): Generator<BodyLine> {
  let start = 0;
  for (let line = 1; start < body.byteLength; line++) {
    if (line > mostLines)
      throw new HttpProblem(413, {
        code: 'MILLRACE_INPUT_TOO_MANY_LINES',
        detail: `a batch has at most ${mostLines} lines: send it in parts`,
      });
    const found = body.indexOf(lineFeed, start);
    const end = found < 0 ? body.byteLength : found;
    const bytes = body.subarray(start, end);
    if (bytes.some((byte) => byte > 0x20)) yield { line, bytes };
    start = end + 1;
  }
}
