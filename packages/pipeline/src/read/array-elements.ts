import type { SessionLine } from './session-line.ts';

const [quote, backslash, comma, openList, closeList, openObject, closeObject] =
  Buffer.from('"\\,[]{}');

/**
 * The elements of a JSON array, each with its bytes as written. Only brackets, commas and strings are looked at: whether an
 * element is valid JSON is for its decoder. What follows the array's end is given out as one more element, so that a
 * damaged file is noticed.
 */
export function* splitArray(bytes: Buffer): Generator<SessionLine> {
  const open = openList === undefined ? -1 : bytes.indexOf(openList);
  let number = 0;
  let depth = 0;
  let from = open + 1;
  let inString = false;
  for (let at = open; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
      continue;
    }
    if (byte === quote) inString = true;
    else if (byte === openList || byte === openObject) depth++;
    else if (byte === closeList || byte === closeObject) depth--;
    const elementEnds = (byte === comma && depth === 1) || depth === 0;
    if (!elementEnds) continue;
    const element = trim(bytes.subarray(from, at));
    if (element.length > 0 || byte === comma) yield { number: ++number, bytes: element };
    from = at + 1;
    if (depth === 0) break;
  }
  const rest = trim(bytes.subarray(from));
  if (rest.length > 0) yield { number: ++number, bytes: rest };
}

function trim(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isBlank(bytes[start])) start++;
  while (end > start && isBlank(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
