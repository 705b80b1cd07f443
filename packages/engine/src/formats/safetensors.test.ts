import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  readTensors,
  readWeights,
  type StoredTensor,
  writeTensors,
  writeWeights,
} from './safetensors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const stored = (dtype: StoredTensor['dtype'], view: ArrayBufferView, shape: number[]) => ({
  dtype,
  shape,
  bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
});

test('writeWeights() writes equal bytes for equal weights in any order', () => {
  const a = { shape: [2], data: Float32Array.of(1, -0) };
  const b = { shape: [], data: Float32Array.of(Number.NaN) };
  const [one, two] = [join(folder, '1'), join(folder, '2')];
  writeWeights(
    one,
    new Map([
      ['a', a],
      ['b', b],
    ]),
  );
  writeWeights(
    two,
    new Map([
      ['b', b],
      ['a', a],
    ]),
  );
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  const { weights, metadata } = readWeights(one);
  expect(weights).toEqual(
    new Map([
      ['a', a],
      ['b', b],
    ]),
  );
  expect(Object.is(weights.get('a')?.data[1], -0)).toBe(true);
  expect(metadata).toEqual({ format: 'pt' });
});

test('writeTensors() keeps every dtype, readWeights() skips whole numbers and says so', () => {
  const file = join(folder, 'mixed');
  const tensors = new Map<string, StoredTensor>([
    ['embeddings.position_ids', stored('I64', BigInt64Array.of(0n, 2n ** 62n), [1, 2])],
    ['mask', stored('BOOL', Uint8Array.of(1, 0, 1), [3])],
    ['half', stored('F16', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x7bff), [5])],
    ['brain', stored('BF16', Uint16Array.of(0x3f80, 0xc040), [2])],
    ['w', stored('F32', Float32Array.of(0.1), [1, 1])],
  ]);
  writeTensors(file, tensors);
  expect(readTensors(file).tensors).toEqual(tensors);
  const { weights, skipped } = readWeights(file);
  expect(skipped).toEqual([
    { name: 'embeddings.position_ids', dtype: 'I64' },
    { name: 'mask', dtype: 'BOOL' },
  ]);
  expect([...(weights.get('half')?.data ?? [])]).toEqual([1, -2, 2 ** -24, Infinity, 65504]);
  expect([...(weights.get('brain')?.data ?? [])]).toEqual([1, -3]);
});

test('readWeights() refuses a double, which 32 bits would change', () => {
  const file = join(folder, 'double');
  writeTensors(file, new Map([['d', stored('F64', Float64Array.of(0.1), [1])]]));
  expect(() => readWeights(file)).toThrow(/tensor d is F64/);
});

test('readTensors() refuses a file cut at any byte', () => {
  const file = join(folder, 'whole');
  writeWeights(file, new Map([['a', { shape: [3], data: Float32Array.of(1, 2, 3) }]]));
  const bytes = readFileSync(file);
  for (let length = 0; length < bytes.length; length++) {
    const cut = join(folder, 'cut');
    writeFileSync(cut, bytes.subarray(0, length));
    expect(() => readTensors(cut), `cut at ${length}`).toThrow(RangeError);
  }
});

test('readTensors() refuses a header length beyond the file without reserving memory for it', () => {
  const file = join(folder, 'liar');
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(2n ** 63n);
  writeFileSync(file, bytes);
  expect(() => readTensors(file)).toThrow(/does not fit the file's 16/);
});

test('writeTensors() refuses data that does not fill its shape', () => {
  const tensor = stored('F32', Float32Array.of(1, 2), [3]);
  expect(() => writeTensors(join(folder, 'bad'), new Map([['t', tensor]]))).toThrow(/needs 12/);
});
