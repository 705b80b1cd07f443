import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Settings } from '../../contracts/settings.ts';
import { InvariantError } from '../../domain/errors.ts';
import { type S3Address, s3AddressOf } from '../../domain/s3-address.ts';
import type { ModelStore, StoredFile } from '../../ports/model-store.ts';
import { s3Error } from './s3-errors.ts';

type S3Settings = Settings['storage']['s3'];

const connectMs = 5_000;
/** Without a byte. */
const silenceMs = 30_000;
/** A file over this goes in parts of this size, four at a time. */
const partBytes = 16 << 20;

/** A bucket, by Amazon's own client: credentials come from where that looks for them, and are neither logged nor kept. */
export function s3Store(root: string, settings: S3Settings): ModelStore {
  const client = clientOf(settings);
  const endpoint = settings.endpoint;
  /** @param right what the call needs, for the sentence when it is refused */
  const call = async <T>(
    address: string,
    right: string,
    work: (at: S3Address) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    signal?.throwIfAborted();
    const at = s3AddressOf(address);
    if (at === null)
      throw new InvariantError('MILLRACE_PROCESSING_ADDRESS', `${address} is no s3://bucket/key`);
    try {
      return await work(at);
    } catch (error) {
      signal?.throwIfAborted();
      if (isOfThisMachine(error)) throw error;
      throw s3Error(error, { address, right, endpoint });
    }
  };
  return {
    kind: 's3',
    root,
    put: (address, file, signal) =>
      call(
        address,
        's3:PutObject',
        ({ bucket, key }) => upload(client, { bucket, key, file, signal }),
        signal,
      ),
    get: (address, file, signal) =>
      call(
        address,
        's3:GetObject',
        ({ bucket, key }) => download(client, { bucket, key, file, signal }),
        signal,
      ),
    list: (address, signal) =>
      call(address, 's3:ListBucket', (at) => filesBelow(client, at, signal), signal),
    remove: (address, signal) =>
      call(
        address,
        's3:DeleteObject',
        async ({ bucket, key }) => {
          const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
          await client.send(command, options(signal));
        },
        signal,
      ),
  };
}

function clientOf({ endpoint, region, path_style }: S3Settings): S3Client {
  return new S3Client({
    ...(endpoint !== null && { endpoint, region: 'us-east-1' }), // one that is not Amazon's takes any
    ...(region !== null && { region }),
    forcePathStyle: path_style,
    // the manifests' hashes are checked anyway, and not every store knows the newer checksums
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: silenceMs },
  });
}

interface Transfer extends S3Address {
  readonly file: string;
  readonly signal: AbortSignal | undefined;
}

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** Small files in one request, large ones in parts that count only when all are there. */
async function upload(client: S3Client, { bucket, key, file, signal }: Transfer): Promise<void> {
  const body = createReadStream(file, { highWaterMark: 1 << 20 });
  const params = { Bucket: bucket, Key: key, Body: body };
  const transfer = new Upload({ client, params, partSize: partBytes, queueSize: 4 });
  const abort = (): void => void transfer.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await transfer.done();
  } finally {
    signal?.removeEventListener('abort', abort);
    body.destroy();
  }
}

async function download(
  client: S3Client,
  { bucket, key, file, signal }: Transfer,
): Promise<boolean> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body } = await client.send(command, options(signal));
    if (!(Body instanceof Readable)) return false;
    await pipeline(Body, createWriteStream(file, { flush: true }), signal ? { signal } : {});
    return true;
  } catch (error) {
    await rm(file, { force: true });
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound'))
      return false;
    throw error;
  }
}

async function filesBelow(
  client: S3Client,
  { bucket, key }: S3Address,
  signal: AbortSignal | undefined,
): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  let from: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: key === '' ? '' : `${key}/`,
      ...(from !== undefined && { ContinuationToken: from }),
    });
    const page = await client.send(command, options(signal));
    for (const { Key, Size = 0 } of page.Contents ?? [])
      if (Key !== undefined) found.push({ address: `s3://${bucket}/${Key}`, bytes: Size });
    from = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (from !== undefined);
  return found.sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A local file that is not there or a disk that is full: nothing that the store could mend. */
const isOfThisMachine = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && 'path' in error && 'syscall' in error;
