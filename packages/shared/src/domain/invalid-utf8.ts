/**
 * Index of the first byte that cannot be part of well-formed UTF-8, or the length when the last character is cut off.
 * @see The Unicode Standard, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF
 */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const more =
      lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
    if (more < 0) return at;
    for (let i = 1; i <= more; i++) {
      const [low, high] = i === 1 ? secondByteRange(lead) : [0x80, 0xbf];
      const byte = bytes[at + i];
      if (byte === undefined) return bytes.length;
      if (byte < low || byte > high) return at;
    }
    at += more + 1;
  }
  return at;
}

function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
