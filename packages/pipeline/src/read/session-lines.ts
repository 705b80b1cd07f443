import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '@millrace/shared/domain/errors';
import { splitArray } from './array-elements.ts';
import type { SessionLine } from './session-line.ts';
import { decodeUtf16, startsWith, utf8Mark, utf16 } from './text-encoding.ts';

/** A line above this is no session but a wrong file: 64 MiB, sixteen times the largest record. */
const maxLineBytes = 64 * 1024 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The documents of a file: JSONL or one JSON array, plain or gzip (told by content), UTF-8 with or without byte order mark,
 * UTF-16 by its mark. Lines end at `\n` only (a `\r` before it belongs to the line end); a blank line is given out as it is.
 * JSONL in UTF-8 is streamed; an array and UTF-16 are read whole.
 * @throws UserError when the file cannot be read, unpacked or decoded
 */
export async function* sessionLines(file: string): AsyncGenerator<SessionLine> {
  try {
    yield* linesOf(await openUnpacked(file), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(file, error);
  }
}

async function openUnpacked(file: string): Promise<Readable> {
  const raw = createReadStream(file, { highWaterMark: 1024 * 1024 });
  const first = await firstChunk(raw);
  if (first === null) return raw;
  raw.unshift(first);
  if (!startsWith(first, [0x1f, 0x8b])) return raw;
  const unpacked = createGunzip();
  raw.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => raw.destroy());
  return raw.pipe(unpacked);
}

async function* linesOf(stream: Readable, file: string): AsyncGenerator<SessionLine> {
  const first = await firstChunk(stream);
  if (first === null) return;
  const encoding = utf16(first);
  if (encoding !== null) {
    const bytes = await readAll(first, stream);
    yield* documentsOf(decodeUtf16(bytes, encoding, file));
    return;
  }
  const start = startsWith(first, utf8Mark) ? first.subarray(utf8Mark.length) : first;
  if (isArray(start)) {
    yield* documentsOf(await readAll(start, stream));
    return;
  }
  yield* splitLines(start, stream, file);
}

async function* splitLines(
  first: Buffer,
  stream: Readable,
  file: string,
): AsyncGenerator<SessionLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let held = 0;
  const take = (end: Buffer): SessionLine => {
    const line = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    parts = [];
    held = 0;
    number++;
    return { number, bytes: line.at(-1) === carriageReturn ? line.subarray(0, -1) : line };
  };
  for await (const chunk of chunksOf(first, stream)) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      yield take(chunk.subarray(from, at));
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length === 0) continue;
    parts.push(rest);
    held += rest.length;
    if (held > maxLineBytes) {
      throw new UserError(
        'MILLRACE_INPUT_LINE',
        `line ${number + 1} of ${file} is longer than ${maxLineBytes} bytes: is it JSONL?`,
      );
    }
  }
  if (held > 0) yield take(Buffer.alloc(0));
}

/** Of bytes that are all there: the elements of an array, else the lines. */
function* documentsOf(bytes: Buffer): Generator<SessionLine> {
  if (isArray(bytes)) {
    yield* splitArray(bytes);
    return;
  }
  let number = 0;
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(newline, from);
    const line = bytes.subarray(from, at < 0 ? bytes.length : at);
    number++;
    yield { number, bytes: line.at(-1) === carriageReturn ? line.subarray(0, -1) : line };
    from = at < 0 ? bytes.length : at + 1;
  }
}

/** A JSON array of documents, told by its first sign that is no white space. */
function isArray(bytes: Uint8Array): boolean {
  const first = bytes.find(
    (byte) => byte !== 0x20 && byte !== 0x09 && byte !== newline && byte !== carriageReturn,
  );
  return first === 0x5b;
}

async function firstChunk(stream: Readable): Promise<Buffer | null> {
  for (;;) {
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) return chunk;
    if (stream.readableEnded) return null;
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        stream.off('readable', settleQuietly).off('end', settleQuietly).off('error', settle);
        if (error) reject(error);
        else resolve();
      };
      const settleQuietly = (): void => settle();
      stream.once('readable', settleQuietly).once('end', settleQuietly).once('error', settle);
    });
  }
}

async function* chunksOf(first: Buffer, stream: Readable): AsyncGenerator<Buffer> {
  yield first;
  for await (const chunk of stream) yield chunk;
}

async function readAll(first: Buffer, stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(first, stream)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function unreadable(file: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const why: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    Z_BUF_ERROR: 'the gzip stream ends too early',
    Z_DATA_ERROR: 'the gzip stream is damaged',
  };
  return new UserError(
    'MILLRACE_INPUT_FILE',
    `cannot read ${file}: ${why[code] ?? (error instanceof Error ? error.message : code)}`,
    { cause: error, exitCode: code === 'ENOENT' || code === 'EISDIR' ? 2 : 1 },
  );
}
