const lineFeed = 0x0a;

export interface BodyLine {
  /** From 1, blank ones counted. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** The lines of a body that hold more than blanks, as they came: JSON has no line feed inside of a text. */
export function* bodyLines(body: Uint8Array): Generator<BodyLine> {
  let start = 0;
  for (let line = 1; start < body.byteLength; line++) {
    const found = body.indexOf(lineFeed, start);
    const end = found < 0 ? body.byteLength : found;
    const bytes = body.subarray(start, end);
    if (bytes.some((byte) => byte > 0x20)) yield { line, bytes };
    start = end + 1;
  }
}
