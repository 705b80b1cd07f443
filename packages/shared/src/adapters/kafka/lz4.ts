/**
 * Decoder of the LZ4 frame format, as Kafka's producers write it. Checksums are not verified: TCP and the broker did.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md
 */
const frameMagic = 0x184d2204;

/** @throws RangeError when the bytes are no LZ4 frame, or say more than `limit` bytes */
export function lz4Decompress(bytes: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== frameMagic) throw new RangeError('no LZ4 frame');
  const flags = view.getUint8(4);
  const hasBlockChecksum = (flags & 0x10) !== 0;
  let at = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  const output = new Output(limit);
  for (;;) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return output.bytes();
    const size = head & 0x7fffffff;
    if (at + size > bytes.length) throw new RangeError('a block past the end');
    const block = bytes.subarray(at, at + size);
    if (head >>> 31 === 1) output.append(block);
    else decompressBlock(block, output);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
}

/** Blocks may refer back into earlier ones: they share one output. */
function decompressBlock(input: Uint8Array, output: Output): void {
  let at = 0;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15)
      for (;;) {
        const byte = input[at++] ?? 0;
        length += byte;
        if (byte !== 255) break;
      }
    return length;
  };
  while (at < input.length) {
    const token = input[at++] ?? 0;
    const literals = lengthFrom(token >> 4);
    if (at + literals > input.length) throw new RangeError('literals past the end');
    output.append(input.subarray(at, at + literals));
    at += literals;
    if (at >= input.length) return; // the last sequence has no match
    const offset = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
    at += 2;
    output.copy(offset, lengthFrom(token & 15) + 4);
  }
}

/** Grows by doubling, never past the limit. */
class Output {
  #buffer = new Uint8Array(65_536);
  #length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** @param offset how far back; the copy may overlap what it writes */
  copy(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length) throw new RangeError('a match before the start');
    this.#reserve(length);
    for (let i = 0; i < length; i++, this.#length++)
      this.#buffer[this.#length] = this.#buffer[this.#length - offset] ?? 0;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) throw new RangeError(`${needed} bytes, limit ${this.#limit}`);
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#buffer.length * 2)));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
