import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CodecError, registerCodecs } from './codecs.ts';
import { lz4Decompress } from './lz4.ts';
import { snappyDecompress } from './snappy.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Made by other programs (cramjam 2.14, lz4 for Python) of the same text. */
const packed = {
  snappy:
    'vBk8c2Vzc2lvbiAwIGVuZHM7IBEQADE6EAAANDoQAAA5OhAAADM6EAAEMTI+EQBCYgBCEQA+MwA+VAA+dAA+lAA+tABCYQA6kwA+QAA+YAA+gABCoQBGwwBCcwD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1AD+1ABu1AA=',
  xerial:
    'glNOQVBQWQAAAAABAAAAAQAAAJLcCzxzZXNzaW9uIDAgZW5kczsgERAAMToQAAA0OhAAADk6EAAAMzoQAAQxMj4RAEJiAEIRAD4zAD5UAD50AD6UAD60AEJhADqTAD5AAD5gAD6AAEKhAEbDAEJzAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAO7UAAAAAIncCzxzZXNzaW9uIDEgZW5kczsgERAANDoQAAA5OhAAADM6EAAEMTI+EQAAMIIRAD4zAD5UAD50AD6UAD60AEJyADqCAD5AAD5gAD6AAEKhAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UAP7UALrUAAAAAFGEAjxzZXNzaW9uIDQgZW5kczsgERAEOSA2EAAAMzoQAAQxMj4RAAAwghEAPjMAPlQAPnQAPpQAADE6YgBCcgA6IAA+QAA+YAAcMyBlbmRzOyA=',
  lz4: 'BCJNGGBAgmIAAAD0AXNlc3Npb24gMCBlbmRzOyAQABsxEAAbNBAAGzkQABszEAAsMTIRAA1iAA0RAAwzAAxUAAx0AAyUAAy0AA1hAAuTAAxAAAxgAAyAAA/UAP//////////////g1BuZHM7IAAAAAA=',
  lz4WithChecksums:
    'BCJNGHxAvAwAAAAAAADwYgAAAPQBc2Vzc2lvbiAwIGVuZHM7IBAAGzEQABs0EAAbORAAGzMQACwxMhEADWIADREADDMADFQADHQADJQADLQADWEAC5MADEAADGAADIAAD9QA//////////////+DUG5kczsg3nVQJQAAAABp9c2C',
};
const text = Array.from({ length: 200 }, (_, i) => `session ${(i * i) % 13} ends; `).join('');
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const unpacked = (result: Uint8Array): string => Buffer.from(result).toString();

describe('snappyDecompress() and lz4Decompress()', () => {
  it('read what other programs wrote, in every framing', () => {
    expect(unpacked(snappyDecompress(bytes(packed.snappy), 10_000))).toBe(text);
    expect(unpacked(snappyDecompress(bytes(packed.xerial), 10_000))).toBe(text);
    expect(unpacked(lz4Decompress(bytes(packed.lz4), 10_000))).toBe(text);
    expect(unpacked(lz4Decompress(bytes(packed.lz4WithChecksums), 10_000))).toBe(text);
  });

  it('stop at the limit', () => {
    expect(() => snappyDecompress(bytes(packed.snappy), text.length - 1)).toThrow(RangeError);
    expect(() => snappyDecompress(bytes(packed.xerial), text.length - 1)).toThrow(RangeError);
    expect(() => lz4Decompress(bytes(packed.lz4), text.length - 1)).toThrow(RangeError);
  });

  it('end on any damaged input, with an error or with other bytes, within the limit', () => {
    for (const [name, base64] of Object.entries(packed)) {
      const decompress = name.startsWith('lz4') ? lz4Decompress : snappyDecompress;
      const whole = bytes(base64);
      for (let i = 0; i < whole.length; i++) {
        const damaged = whole.slice();
        damaged[i] = (damaged[i] ?? 0) ^ 0x55;
        for (const input of [damaged, whole.subarray(0, i)]) {
          try {
            expect(decompress(input, 50_000).length).toBeLessThanOrEqual(50_000);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }
    }
  });
});

describe('registerCodecs()', () => {
  beforeAll(registerCodecs);
  const types = [
    CompressionTypes.GZIP,
    CompressionTypes.Snappy,
    CompressionTypes.LZ4,
    CompressionTypes.ZSTD,
  ] as const;

  it.each([
    [CompressionTypes.GZIP, zlib.gzipSync(text)],
    [CompressionTypes.ZSTD, zlib.zstdCompressSync(text)],
    [CompressionTypes.Snappy, Buffer.from(packed.xerial, 'base64')],
    [CompressionTypes.LZ4, Buffer.from(packed.lz4, 'base64')],
  ] as const)('reads codec %i', async (type, batch) => {
    expect(unpacked(await CompressionCodecs[type]().decompress(batch))).toBe(text);
  });

  it('refuses a bomb, and never with an error class that ends a kafkajs consumer for good', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(65 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(CompressionCodecs[CompressionTypes.GZIP]().decompress(bomb)).rejects.toThrow(
      CodecError,
    );
    for (const type of types)
      await expect(
        CompressionCodecs[type]().decompress(Buffer.from('nothing of the kind')),
      ).rejects.toThrow(CodecError);
  });

  it('writes nothing compressed', async () => {
    for (const type of types)
      await expect(CompressionCodecs[type]().compress()).rejects.toThrow(CodecError);
  });
});
