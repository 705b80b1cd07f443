/** Stands for a byte that was lost, as in ftfy. */
export const lostByte = 0x1a;

/** First bytes after which a blank is taken for a no-break space, by the length of the sequence (ftfy's ALTERED_UTF8_RE). */
const twoBeforeBlank = new Set([0xc2, 0xc3, 0xc5, 0xce, 0xd0, 0xd9]);

/**
 * Text of UTF-8 bytes, null where they are none. Strict about overlong forms and range; forgiving in three ways that ftfy
 * (6.3.1, Apache License 2.0) showed to occur: a surrogate pair of two sequences is one character, a blank may stand for
 * byte A0, and a sequence with one byte lost is U+FFFD. Linear.
 */
export function decodeUtf8(bytes: readonly number[], blankMayBeA0: boolean): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    if (first < 0x80) {
      text += first === lostByte ? '\ufffd' : String.fromCharCode(first);
      i++;
      continue;
    }
    const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0) return null;
    if (blankMayBeA0 && isAGrave(bytes, i)) {
      text += 'à '; // its A0 became the blank behind the word
      i += 2;
      continue;
    }
    const rest = bytes.slice(i + 1, i + length);
    const character = sequence(first, rest, blankMayBeA0);
    if (rest.length < length - 1 || character === null) return null;
    text += character;
    i += length;
  }
  return text.isWellFormed() ? text : null;
}

/** `Ã` and a blank, alone or before the end of a word that begins with à in Romance languages (ftfy's A_GRAVE_WORD_RE). */
function isAGrave(bytes: readonly number[], at: number): boolean {
  if (bytes[at] !== 0xc3 || bytes[at + 1] !== 0x20) return false;
  const after = String.fromCharCode(...bytes.slice(at + 2, at + 7));
  return !/^(?: |quele|quela|quilo|s )/.test(after);
}

function sequence(first: number, rest: readonly number[], blankMayBeA0: boolean): string | null {
  let lost = 0;
  let blanks = 0;
  let code = first & (first < 0xe0 ? 0x1f : first < 0xf0 ? 0x0f : 0x07);
  for (const byte of rest) {
    if (byte === lostByte) lost++;
    else if (byte === 0x20) blanks++;
    else if (byte < 0x80 || byte > 0xbf) return null;
    code = code * 64 + (byte === 0x20 ? 0x20 : byte & 0x3f);
  }
  if (blanks > 0 && !(blankMayBeA0 && lost === 0 && blankFits(first, rest))) return null;
  if (lost > 0) return '\ufffd';
  const least = first < 0xe0 ? 0x80 : first < 0xf0 ? 0x800 : 0x10000;
  return code < least || code > 0x10ffff ? null : String.fromCodePoint(code);
}

/** One blank, where the character that comes of it is a likely one. */
function blankFits(first: number, rest: readonly number[]): boolean {
  if (rest.filter((byte) => byte === 0x20).length > 1) return false;
  if (rest.length === 1) return twoBeforeBlank.has(first);
  if (rest.length === 3) return first === 0xf0;
  const other = rest.find((byte) => byte !== 0x20) ?? 0;
  if (other === 0x85 || other === 0xa0) return false;
  return rest[0] === 0x20 ? first === 0xe2 || first === 0xe3 : first >= 0xe0 && first <= 0xe3;
}
