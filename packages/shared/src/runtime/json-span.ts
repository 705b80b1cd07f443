/**
 * Bytes of one member's value in the top-level object of a JSON text, exactly as they were written: what a hash of "the
 * data as received" is taken of. The text has been parsed before, so only its structure is followed here; of a
 * repeated name the last one counts, as in JSON.parse.
 * @returns null when the text is no object or has no such member
 */
export function memberBytes(json: Uint8Array, name: string): Uint8Array | null {
  let at = skipBlanks(json, json[0] === 0xef ? 3 : 0);
  if (json[at] !== open.object) return null;
  at = skipBlanks(json, at + 1);
  let found: Uint8Array | null = null;
  while (at < json.length && json[at] !== close.object) {
    const nameEnd = endOfString(json, at);
    const here: unknown = JSON.parse(decode(json.subarray(at, nameEnd)));
    const start = skipBlanks(json, skipBlanks(json, nameEnd) + 1); // past the colon
    const end = endOfValue(json, start);
    if (here === name) found = json.subarray(start, end);
    at = skipBlanks(json, end);
    if (json[at] === comma) at = skipBlanks(json, at + 1);
  }
  return found;
}

const open = { object: 0x7b, array: 0x5b };
const close = { object: 0x7d, array: 0x5d };
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);
const decoder = new TextDecoder();
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

function skipBlanks(json: Uint8Array, from: number): number {
  let at = from;
  while (at < json.length && blanks.has(json[at] ?? 0)) at++;
  return at;
}

/** @param from index of the opening quote @returns index after the closing one */
function endOfString(json: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at + 1;
}

function endOfValue(json: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const byte = json[at] ?? 0;
    if (byte === quote) {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === open.object || byte === open.array) depth++;
    else if (byte === close.object || byte === close.array) {
      if (depth === 0) return at; // the end of a number or word before it
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || blanks.has(byte))) return at;
    at++;
  }
  return at;
}
