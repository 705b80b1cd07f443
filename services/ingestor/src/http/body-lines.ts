import { HttpProblem } from './problem.ts';

const lineFeed = 0x0a;

export interface BodyLine {
  /** From 1, blank ones counted. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** JSON's white space. A line of other control characters is damaged, and has its answer. */
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/**
 * Blank ones counted. An answer is 300 bytes long, a hundred times as long as the shortest line; and 20,000 sessions of 20 bytes
 * were one transaction of 7 s and 1.5 s without a turn for others (this machine, 2 busy cores), 5,000 take a quarter.
 */
const mostLines = 5_000;

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
    if (!bytes.every(isBlank)) yield { line, bytes };
    start = end + 1;
  }
}
