import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import { lz4Decompress } from './lz4.ts';
import { snappyDecompress } from './snappy.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** A batch may grow to this much, bytes: half a megabyte on the wire became 512 MB without a cap (measured). */
const maxDecompressedBytes = 64 * 1024 * 1024;

/**
 * Thrown when a batch cannot be unpacked: asking again gives the same bytes, so the consumer ends (`retriable` is what
 * kafkajs looks at; without it, it asks for ever and says nothing). Not a RangeError: no class that kafkajs reads
 * something into. Our patch of it adds where the batch lies.
 */
export class CodecError extends Error {
  readonly codec: string;
  readonly retriable = false;
  topic?: string;
  partition?: number;
  firstOffset?: string;

  constructor(codec: string, message: string) {
    super(message);
    this.name = 'CodecError';
    this.codec = codec;
  }
}

const gunzip = promisify(zlib.gunzip);
const zstdDecompress = promisify(zlib.zstdDecompress);

/**
 * Makes kafkajs read the batches of other producers in any of Kafka's codecs, each capped. Our own records are written uncompressed.
 * Sets a table that is global in kafkajs; calling it again changes nothing.
 */
export function registerCodecs(): void {
  const cap = { maxOutputLength: maxDecompressedBytes };
  CompressionCodecs[CompressionTypes.GZIP] = codec('gzip', (bytes) => gunzip(bytes, cap));
  CompressionCodecs[CompressionTypes.Snappy] = codec('snappy', async (bytes) =>
    snappyDecompress(bytes, maxDecompressedBytes),
  );
  CompressionCodecs[CompressionTypes.LZ4] = codec('lz4', async (bytes) =>
    lz4Decompress(bytes, maxDecompressedBytes),
  );
  CompressionCodecs[CompressionTypes.ZSTD] = codec('zstd', (bytes) => zstdDecompress(bytes, cap));
}

function codec(name: string, decompress: (bytes: Uint8Array) => Promise<Uint8Array>) {
  return () => ({
    compress: async () => {
      throw new CodecError(name, `records are written uncompressed, not with ${name}`);
    },
    decompress: async (bytes: Uint8Array) => {
      try {
        return Buffer.from(await decompress(bytes));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        throw new CodecError(
          name,
          `a ${name} batch of ${bytes.length} bytes cannot be unpacked (${code}), limit ${maxDecompressedBytes} bytes out`,
        );
      }
    },
  });
}
