import { sizeOf } from './weight.ts';

/** Bytes of one value. A closed list: what is not here is refused, not guessed. */
const BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof BYTES;

/** Where one tensor lies: bytes `[begin, end)` counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit on the header. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Bytes that a tensor fills in a file. */
export function bytesOf(dtype: Dtype, shape: readonly number[]): number {
  return sizeOf(shape) * BYTES[dtype];
}

/**
 * Reads the header's JSON and proves that it describes the data exactly: known types, no gap, no overlap, no tail.
 * @param json       the header without its 8 bytes of length
 * @param dataBytes  how many bytes follow the header in the file
 * @throws RangeError that names the tensor and what is wrong with it
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function parseHeader(json: string, dataBytes: number): Header {
  const document = parseObject(json);
  const metadata = parseMetadata(document['__metadata__']);
  const tensors = Object.entries(document)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== covered) {
      throw new RangeError(`tensor ${name} begins at byte ${begin}, expected ${covered}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new RangeError(
      `the header describes ${covered} bytes of data, the file has ${dataBytes}`,
    );
  }
  return { tensors, metadata };
}

/**
 * Lays tensors out in the given order and writes the header for them, padded with spaces so that the data begins at a
 * multiple of 8 bytes.
 */
export function formatHeader(
  tensors: readonly { name: string; dtype: Dtype; shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const document: Record<string, unknown> = Object.create(null); // so that even __proto__ is a name
  document['__metadata__'] = metadata;
  let offset = 0;
  for (const { name, dtype, shape } of tensors) {
    if (name === '__metadata__') throw new RangeError('__metadata__ is no name for a tensor');
    const end = offset + bytesOf(dtype, shape);
    document[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(document));
  const padded = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(json, 8);
  return padded;
}

function parseObject(json: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (cause) {
    throw new RangeError('the header is not JSON', { cause });
  }
  if (!isRecord(document)) throw new RangeError('the header is not a JSON object');
  return document;
}

function parseMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new RangeError('__metadata__ is not an object');
  const metadata: Record<string, string> = Object.create(null); // so that even __proto__ is a key
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new RangeError(`__metadata__.${key} is not a string`);
    metadata[key] = text;
  }
  return metadata;
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (!isRecord(value)) throw new RangeError(`tensor ${name} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    const given = typeof dtype === 'string' ? dtype : `of type ${typeof dtype}`;
    throw new RangeError(`tensor ${name} has the unknown dtype ${given}`);
  }
  if (!isCounts(shape)) throw new RangeError(`tensor ${name} has no shape of whole numbers`);
  if (!isCounts(offsets)) throw new RangeError(`tensor ${name} has no data_offsets`);
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0) {
    throw new RangeError(`tensor ${name} has ${offsets.length} data_offsets, expected 2`);
  }
  const bytes = bytesOf(dtype, shape);
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw new RangeError(
      `tensor ${name} needs ${bytes} bytes, its data_offsets hold ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(BYTES, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
