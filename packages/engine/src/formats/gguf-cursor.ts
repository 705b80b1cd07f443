import { readSync } from 'node:fs';

/** A setting of a GGUF file. */
export type GgufValue = number | boolean | string | readonly GgufValue[];

const WINDOW = 1 << 20;
const MAX_HEADER_BYTES = 1 << 28;

/** Reads the header of a GGUF file from its start on: little-endian numbers, and strings and lists with their lengths. */
export class GgufCursor {
  /** The next byte of the file. */
  position = 0;
  readonly #fd: number;
  readonly #fileBytes: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(fd: number, fileBytes: number) {
    this.#fd = fd;
    this.#fileBytes = fileBytes;
  }

  ascii(length: number): string {
    return this.#take(length).toString('latin1');
  }

  uint32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** A 64-bit number that counts or places something inside the file. */
  count(): number {
    const value = Number(this.#take(8).readBigUInt64LE());
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    throw new RangeError(`${value} at byte ${this.position} is too large`);
  }

  string(): string {
    return this.#take(this.count()).toString('utf8');
  }

  /** @param type  its number in the file format */
  value(type: number): GgufValue {
    const take = (bytes: number): Buffer => this.#take(bytes);
    switch (type) {
      case 0:
        return take(1).readUInt8();
      case 1:
        return take(1).readInt8();
      case 2:
        return take(2).readUInt16LE();
      case 3:
        return take(2).readInt16LE();
      case 4:
        return this.uint32();
      case 5:
        return take(4).readInt32LE();
      case 6:
        return take(4).readFloatLE();
      case 7:
        return take(1).readUInt8() !== 0;
      case 8:
        return this.string();
      case 9:
        return this.#list();
      case 10:
        return this.count();
      case 11:
        return Number(take(8).readBigInt64LE());
      case 12:
        return take(8).readDoubleLE();
      default:
        throw new RangeError(`a setting of type ${type} at byte ${this.position} is not known`);
    }
  }

  #list(): GgufValue[] {
    const type = this.uint32();
    if (type === LIST) throw new RangeError(`a list of lists at byte ${this.position} is not read`);
    const length = this.count();
    // each element takes a byte at least: a longer list is a lie
    if (length > this.#fileBytes - this.position) {
      throw new RangeError(`a list of ${length} at byte ${this.position} ends after the file`);
    }
    return Array.from({ length }, () => this.value(type));
  }

  #take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.#fileBytes) throw new RangeError(`the file ends inside its header`);
    if (end > MAX_HEADER_BYTES)
      throw new RangeError(`the header is over ${MAX_HEADER_BYTES} bytes`);
    if (end > this.#windowStart + this.#window.length) this.#fill(length);
    const from = this.position - this.#windowStart;
    this.position = end;
    return this.#window.subarray(from, from + length);
  }

  #fill(length: number): void {
    const size = Math.min(Math.max(WINDOW, length), this.#fileBytes - this.position);
    this.#window = Buffer.alloc(size);
    this.#windowStart = this.position;
    for (let done = 0; done < size; ) {
      const count = readSync(this.#fd, this.#window, done, size - done, this.position + done);
      if (count === 0) throw new RangeError('the file ends inside its header');
      done += count;
    }
  }
}

const LIST = 9;
