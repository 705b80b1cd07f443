import { sessionLines } from '@millrace/pipeline';
import { topics } from '@millrace/shared/contracts/topics';
import type { MessageBus, OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { publishPatiently } from './publish-patiently.ts';
import { sessionRecord } from './session-record.ts';

export interface PublishOptions {
  readonly file: string;
  readonly source: string;
  /** Lines at most, from the beginning. */
  readonly limit?: number | undefined;
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly signal: AbortSignal;
  /** After each batch: lines published so far. */
  readonly onProgress?: (published: number) => void;
}

export interface Published {
  readonly published: number;
  readonly bytes: number;
  /** Lines larger than a record may be, by their number: not published. */
  readonly tooLarge: readonly number[];
}

const batchRecords = 200;
const batchBytes = 2 * 1024 * 1024;

/** Publishes each line of a file as one event. Resolves when the broker has acknowledged all. */
export async function publishFile(options: PublishOptions): Promise<Published> {
  const { bus, signal, source, limit = Number.POSITIVE_INFINITY } = options;
  const tooLarge: number[] = [];
  let batch: OutgoingRecord[] = [];
  let held = 0;
  let published = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await publishPatiently(batch, { bus, signal });
    published += batch.length;
    bytes += held;
    batch = [];
    held = 0;
    options.onProgress?.(published);
  };
  for await (const line of sessionLines(options.file)) {
    if (line.number > limit) break;
    signal.throwIfAborted();
    // headers and key need room beside the value
    if (line.bytes.length > topics.sessionEvents.maxBytes - 4096) {
      tooLarge.push(line.number);
      continue;
    }
    batch.push(sessionRecord(line.bytes, source, Date.now()));
    held += line.bytes.length;
    if (batch.length >= batchRecords || held >= batchBytes) await flush();
  }
  await flush();
  return { published, bytes, tooLarge };
}
