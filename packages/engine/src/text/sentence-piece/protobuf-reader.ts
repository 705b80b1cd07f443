/** One field of a protobuf message: a number for varints and fixed widths, bytes for what has a length. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a message, in order.
 * @throws RangeError when the bytes are no protobuf message
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift; // exact up to 2^53: nothing that is read here is larger
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of the protobuf message does not end');
  };
  const taken = (length: number): number => {
    const start = at;
    at += length;
    if (at > bytes.length) throw new RangeError('a field of the protobuf message is cut');
    return start;
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: view.getFloat64(taken(8), true) };
        break;
      case 2: {
        const length = varint();
        const start = taken(length);
        yield { number, value: bytes.subarray(start, start + length) };
        break;
      }
      case 5:
        yield { number, value: view.getFloat32(taken(4), true) };
        break;
      default:
        throw new RangeError(`a field of the protobuf message has the wire type ${key % 8}`);
    }
  }
}
