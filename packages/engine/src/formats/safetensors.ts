import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { fromBfloat16, fromFloat16 } from './half.ts';
import {
  bytesOf,
  type Dtype,
  formatHeader,
  type Header,
  MAX_HEADER_BYTES,
  parseHeader,
  type TensorEntry,
} from './safetensors-header.ts';
import type { Weight, Weights } from './weight.ts';

/** A tensor as it lies in the file: little-endian bytes of `dtype`, row-major. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface WeightFile {
  readonly weights: Weights;
  /** Tensors that are no weights and were left out, such as BERT's `embeddings.position_ids`. */
  readonly skipped: readonly { readonly name: string; readonly dtype: Dtype }[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads every tensor with its own type.
 * @throws RangeError when header and data do not fit each other exactly
 */
export function readTensors(file: string): {
  tensors: Map<string, StoredTensor>;
  metadata: Readonly<Record<string, string>>;
} {
  return withFile(file, (fd) => {
    const { header, dataStart } = readHeader(fd);
    const tensors = new Map(
      header.tensors.map((entry) => [entry.name, readTensor(fd, dataStart, entry)]),
    );
    return { tensors, metadata: header.metadata };
  });
}

/**
 * Reads a model's weights as floats: F32 as they are, F16 and BF16 widened. Whole numbers are no weights: they are
 * left out and listed.
 * @throws RangeError for a hostile or cut file, and for floats that 32 bits would change (F64) or that are too odd (F8)
 */
export function readWeights(file: string): WeightFile {
  const { tensors, metadata } = readTensors(file);
  const weights = new Map<string, Weight>();
  const skipped: { name: string; dtype: Dtype }[] = [];
  for (const [name, tensor] of tensors) {
    const data = toFloats(name, tensor);
    if (data) weights.set(name, { shape: tensor.shape, data });
    else skipped.push({ name, dtype: tensor.dtype });
  }
  return { weights, skipped, metadata };
}

/**
 * The shapes of a model's weights, out of the header alone: what {@link readWeights} would give, and whether the file is whole.
 * @throws RangeError as it does
 */
export function readWeightShapes(file: string): ReadonlyMap<string, Pick<Weight, 'shape'>> {
  const { tensors } = withFile(file, (fd) => readHeader(fd).header);
  const kept = tensors.filter(({ name, dtype }) => isWeight(name, dtype));
  return new Map(kept.map(({ name, shape }) => [name, { shape }]));
}

/**
 * Writes tensors sorted by name, so equal content gives equal bytes. The file appears under its name only when it is
 * whole and on the disk.
 * @param metadata  `format: pt` is what Python's loaders ask for
 */
export function writeTensors(
  file: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): void {
  const sorted = [...tensors]
    .map(([name, tensor]) => ({ name, ...tensor }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, dtype, shape, bytes } of sorted) {
    if (bytes.byteLength !== bytesOf(dtype, shape)) {
      throw new RangeError(
        `tensor ${name} of shape [${shape}] has ${bytes.byteLength} bytes, needs ${bytesOf(dtype, shape)}`,
      );
    }
  }
  const temporary = `${file}.part`;
  const fd = openSync(temporary, 'w');
  try {
    writeAll(fd, formatHeader(sorted, metadata));
    for (const { bytes } of sorted) writeAll(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

/** Writes weights as F32; see {@link writeTensors}. */
export function writeWeights(
  file: string,
  weights: Weights,
  metadata?: Readonly<Record<string, string>>,
): void {
  const stored = [...weights].map(([name, weight]): [string, StoredTensor] => [
    name,
    { dtype: 'F32', shape: weight.shape, bytes: bytesUnder(weight.data) },
  ]);
  writeTensors(file, new Map(stored), metadata);
}

/** What `read` gives of the open file; its errors name the file. */
function withFile<T>(file: string, read: (fd: number) => T): T {
  const fd = openSync(file, 'r');
  try {
    return read(fd);
  } catch (cause) {
    if (cause instanceof RangeError) throw new RangeError(`${file}: ${cause.message}`, { cause });
    throw cause;
  } finally {
    closeSync(fd);
  }
}

function readHeader(fd: number): { header: Header; dataStart: number } {
  const fileBytes = fstatSync(fd).size;
  if (fileBytes < 8) throw new RangeError(`${fileBytes} bytes are too few for a header`);
  const length = Buffer.from(readAt(fd, 0, 8)).readBigUInt64LE();
  if (length > MAX_HEADER_BYTES || Number(length) > fileBytes - 8) {
    throw new RangeError(`a header of ${length} bytes does not fit the file's ${fileBytes}`);
  }
  const dataStart = 8 + Number(length);
  const json = new TextDecoder().decode(readAt(fd, 8, Number(length)));
  return { header: parseHeader(json, fileBytes - dataStart), dataStart };
}

function readTensor(fd: number, dataStart: number, entry: TensorEntry): StoredTensor {
  const bytes = readAt(fd, dataStart + entry.begin, entry.end - entry.begin);
  return { dtype: entry.dtype, shape: entry.shape, bytes };
}

function readAt(fd: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, position + done);
    if (count === 0) throw new RangeError(`the file ends ${length - done} bytes too early`);
    done += count;
  }
  return bytes;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}

function toFloats(name: string, { dtype, bytes }: StoredTensor): Float32Array | undefined {
  if (!isWeight(name, dtype)) return undefined;
  if (dtype === 'F32')
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return dtype === 'F16' ? fromFloat16(halves) : fromBfloat16(halves);
}

/** Whether a tensor is of floats that are read; whole numbers are no weights. */
function isWeight(name: string, dtype: Dtype): dtype is 'F32' | 'F16' | 'BF16' {
  switch (dtype) {
    case 'F32':
    case 'F16':
    case 'BF16':
      return true;
    case 'F64':
    case 'F8_E4M3':
    case 'F8_E5M2':
      throw new RangeError(`tensor ${name} is ${dtype}; weights must be F32, F16 or BF16`);
    default:
      return false;
  }
}

function bytesUnder(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
