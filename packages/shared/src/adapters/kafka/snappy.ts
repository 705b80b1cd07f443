/**
 * Decoder of Snappy, raw and in the framing of the Java client (xerial). No package is asked: the format is two pages,
 * and of the pure ones on the registry none takes a limit for both.
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
const xerialMagic = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const xerialHeadBytes = 16;

/** @throws RangeError when the bytes are no Snappy, or say more than `limit` bytes */
export function snappyDecompress(bytes: Uint8Array, limit: number): Uint8Array {
  if (!xerialMagic.every((byte, i) => bytes[i] === byte)) return decompressBlock(bytes, limit);
  const parts: Uint8Array[] = [];
  let room = limit;
  let at = xerialHeadBytes;
  while (at < bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, Math.min(4, bytes.length - at));
    const length = view.getUint32(0);
    const part = decompressBlock(bytes.subarray(at + 4, at + 4 + length), room);
    room -= part.length;
    parts.push(part);
    at += 4 + length;
  }
  return Buffer.concat(parts);
}

function decompressBlock(input: Uint8Array, limit: number): Uint8Array {
  const { value: length, next } = varint(input);
  if (length > limit) throw new RangeError(`${length} bytes, limit ${limit}`);
  const output = new Uint8Array(length);
  let at = next;
  let to = 0;
  while (at < input.length) {
    const tag = input[at++] ?? 0;
    if ((tag & 3) === 0) {
      const literal = literalLength(input, at, tag >> 2);
      at = literal.next;
      if (at + literal.length > input.length || to + literal.length > length)
        throw new RangeError('a literal past the end');
      output.set(input.subarray(at, at + literal.length), to);
      at += literal.length;
      to += literal.length;
      continue;
    }
    const copy = copyOf(input, at, tag);
    at = copy.next;
    if (copy.offset === 0 || copy.offset > to || to + copy.length > length)
      throw new RangeError('a copy past the end');
    for (let i = 0; i < copy.length; i++, to++) output[to] = output[to - copy.offset] ?? 0; // may overlap itself
  }
  if (to !== length) throw new RangeError(`${to} bytes instead of ${length}`);
  return output;
}

/** Lengths from 61 stand in the next 1 to 4 bytes. */
function literalLength(
  input: Uint8Array,
  at: number,
  code: number,
): { length: number; next: number } {
  if (code < 60) return { length: code + 1, next: at };
  const bytes = code - 59;
  return { length: littleEndian(input, at, bytes) + 1, next: at + bytes };
}

function copyOf(
  input: Uint8Array,
  at: number,
  tag: number,
): { offset: number; length: number; next: number } {
  switch (tag & 3) {
    case 1:
      return {
        length: ((tag >> 2) & 7) + 4,
        offset: ((tag >> 5) << 8) | (input[at] ?? 0),
        next: at + 1,
      };
    case 2:
      return { length: (tag >> 2) + 1, offset: littleEndian(input, at, 2), next: at + 2 };
    default:
      return { length: (tag >> 2) + 1, offset: littleEndian(input, at, 4), next: at + 4 };
  }
}

function littleEndian(input: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (input[at + i] ?? 0);
  return value;
}

function varint(input: Uint8Array): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = input[i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: i + 1 };
  }
  throw new RangeError('no length at the start');
}
