import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { BLOCK_TYPES, type BlockType } from './gguf-blocks.ts';
import { GgufCursor, type GgufValue } from './gguf-cursor.ts';
import { sizeOf, type Weight } from './weight.ts';

/** A model file of llama.cpp, version 2 or 3: its settings, and its tensors, which are unpacked one by one. */
export interface Gguf {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** In the file's order. */
  readonly tensors: readonly GgufTensor[];
  /** Reads and unpacks one tensor. Exact: every packed value is a float32 value. */
  read(tensor: GgufTensor): Weight;
  close(): void;
}

export interface GgufTensor {
  readonly name: string;
  /** Row-major, as Hugging Face writes it: the reverse of the file's own order. */
  readonly shape: readonly number[];
  readonly type: BlockType;
  /** First byte in the file. */
  readonly start: number;
  readonly bytes: number;
}

const DEFAULT_ALIGNMENT = 32;
const MAX_DIMENSIONS = 4;

/** @throws RangeError for a hostile or cut file, and for a tensor type that is not unpacked */
export function openGguf(file: string): Gguf {
  const fd = openSync(file, 'r');
  try {
    const size = fstatSync(fd).size;
    const { metadata, tensors } = readHeader(new GgufCursor(fd, size), size);
    return {
      metadata,
      tensors,
      read: (tensor) => unpack(fd, tensor),
      close: () => closeSync(fd),
    };
  } catch (cause) {
    closeSync(fd);
    if (cause instanceof RangeError) throw new RangeError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

function readHeader(cursor: GgufCursor, fileBytes: number): Pick<Gguf, 'metadata' | 'tensors'> {
  if (cursor.ascii(4) !== 'GGUF') throw new RangeError('this is no GGUF file');
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) throw new RangeError(`GGUF version ${version} is not read`);
  const tensorCount = cursor.count();
  const settings = cursor.count();
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < settings; i += 1) {
    const key = cursor.string();
    metadata.set(key, cursor.value(cursor.uint32()));
  }
  const entries = Array.from({ length: tensorCount }, () => readEntry(cursor));
  const said = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  const alignment = typeof said === 'number' && said > 0 ? said : DEFAULT_ALIGNMENT;
  const base = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = entries.map(({ offset, ...tensor }): GgufTensor => {
    const start = base + offset;
    if (start + tensor.bytes > fileBytes) {
      throw new RangeError(`the tensor ${tensor.name} ends after the file`);
    }
    return { ...tensor, start };
  });
  return { metadata, tensors };
}

function readEntry(cursor: GgufCursor): Omit<GgufTensor, 'start'> & { readonly offset: number } {
  const name = cursor.string();
  const dimensions = cursor.uint32();
  if (dimensions > MAX_DIMENSIONS) {
    throw new RangeError(`the tensor ${name} has ${dimensions} dimensions`);
  }
  const shape = Array.from({ length: dimensions }, () => cursor.count()).reverse();
  const number = cursor.uint32();
  const type = BLOCK_TYPES.get(number);
  if (!type) throw new RangeError(`the tensor ${name} is of type ${number}, which is not unpacked`);
  const blocks = sizeOf(shape) / type.values;
  if (!Number.isInteger(blocks)) {
    throw new RangeError(`the tensor ${name} (${shape.join(', ')}) is not whole blocks`);
  }
  return { name, shape, type, bytes: blocks * type.bytes, offset: cursor.count() };
}

function unpack(fd: number, { name, shape, type, start, bytes }: GgufTensor): Weight {
  const packed = new Uint8Array(bytes);
  for (let done = 0; done < bytes; ) {
    const count = readSync(fd, packed, done, bytes - done, start + done);
    if (count === 0) throw new RangeError(`the tensor ${name} ends after the file`);
    done += count;
  }
  const data = new Float32Array(sizeOf(shape));
  for (let o = 0, at = 0; o < bytes; o += type.bytes, at += type.values) {
    type.unpack(packed, o, data, at);
  }
  return { shape, data };
}
