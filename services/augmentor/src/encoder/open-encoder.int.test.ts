import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { TransientError } from '@millrace/shared/domain/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { similarityOf } from '../core/similarity-of.ts';
import { type OpenEncoder, openEncoder } from './open-encoder.ts';
import { processEncoder } from './process-encoder.ts';

let folder: string;
let libraryFolder: string;
let encoder: OpenEncoder;
beforeAll(async () => {
  [folder, libraryFolder] = await Promise.all([ensureMiniLm(), ensureTensorflow()]);
  encoder = openEncoder({ folder, libraryFolder });
}, 300_000);
afterAll(() => encoder.close());

const texts = [
  'I want to book a cheap apartment',
  'I want to book an inexpensive apartment',
  'I hate the weather today',
  '',
  '👍 \ud83d lone',
  'word '.repeat(5000),
];

it('puts what means the same near each other, and takes any text', async () => {
  const near = similarityOf(texts, await encoder.encode(texts));
  const [a = '', b = '', c = ''] = texts;
  expect(near(a, a)).toBeCloseTo(1, 6);
  expect(near(a, b)).toBeGreaterThan(0.9);
  expect(near(a, c)).toBeLessThan(0.3);
  expect(() => near(a, 'unknown')).toThrow(RangeError);
});

it('gives the same bits for the same list in another process, at any time', async () => {
  const long = Array.from({ length: 70 }, (_, i) => `message ${i} ${'again '.repeat(i % 17)}`);
  const other = processEncoder({ folder, libraryFolder });
  try {
    await other.encode(texts);
    const [first, second, third] = await Promise.all([
      encoder.encode(long),
      other.encode(long),
      other.encode(long),
    ]);
    for (const { rows } of [second, third])
      expect(Buffer.compare(bytes(rows), bytes(first.rows))).toBe(0);
    expect(first.rows).toHaveLength(70 * 384);
  } finally {
    await other.close();
  }
});

it('is transient without weights', async () => {
  const missing = openEncoder({ folder: '/nowhere', libraryFolder });
  await expect(missing.encode(['a'])).rejects.toBeInstanceOf(TransientError);
  await missing.close();
});

const bytes = (rows: Float32Array) => new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
