/**
 * An encoder in a process of its own: a crash of the native library, and the memory that it takes, are that process's.
 *
 * States: closed -> opening (at the first request) -> open, idle or at work on one request -> closed, when nothing was asked
 * for a while, when the process ends or refuses to open, or by close(). Requests wait in order; what waits when the process
 * ends is refused as transient, and the next request opens another one. One that was given up leaves the line; what is
 * already encoded for it is thrown away.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { PoisonError, TransientError } from '@millrace/shared/domain/errors';
import type { Embeddings, Encoder } from '@millrace/shared/ports/encoder';
import type { EncodeRequest, FromEncoder } from './messages.ts';

export interface EncoderPlaces {
  /** A sentence-transformers folder. */
  readonly folder: string;
  /** TensorFlow's library and the addon; null: wasm encodes, several times slower. */
  readonly libraryFolder: string | null;
}

export interface ProcessEncoder extends Encoder {
  /** Opens the model, if it is not open. @throws TransientError when it cannot be */
  open(): Promise<void>;
  /** Ends the process. Waiting requests are refused. May be called twice; a later request opens it again. */
  close(): Promise<void>;
}

export interface ProcessEncoderOptions extends EncoderPlaces {
  /** Milliseconds without a request after which the process is ended, default 60 000: it holds 0.7 GB. */
  readonly idleMs?: number;
  /** For tests: another program than ours. */
  readonly program?: string;
}

interface Waiting {
  readonly texts: readonly string[];
  readonly resolve: (embeddings: Embeddings) => void;
  readonly reject: (error: unknown) => void;
}

const ownProgram = new URL('./encoder-process.ts', import.meta.url).pathname;

export function processEncoder(options: ProcessEncoderOptions): ProcessEncoder {
  const { folder, libraryFolder, idleMs = 60_000, program = ownProgram } = options;
  let child: ChildProcess | null = null;
  let opening: PromiseWithResolvers<void> | null = null;
  let running: Waiting | null = null;
  let line: Waiting[] = [];
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const refuseAll = (error: TransientError): void => {
    const all = running === null ? line : [running, ...line];
    running = null;
    line = [];
    opening?.reject(error);
    opening = null;
    child = null;
    for (const { reject } of all) reject(error);
  };

  const next = (): void => {
    clearTimeout(idle);
    if (running !== null || child === null) return;
    running = line.shift() ?? null;
    if (running === null) {
      idle = setTimeout(() => void end(), idleMs).unref();
      return;
    }
    child.send({ id: ++lastId, texts: running.texts } satisfies EncodeRequest);
  };

  const heard = (message: FromEncoder): void => {
    if (message.kind === 'open') {
      opening?.resolve();
      next();
      return;
    }
    if (message.kind === 'refused') {
      refuseAll(unavailable(`the encoder in ${folder} does not open: ${message.message}`));
      return;
    }
    if (message.id !== lastId || running === null) return;
    const { resolve, reject } = running;
    running = null;
    // a copy: what came lies in the memory of the whole message
    if (message.kind === 'encoded')
      resolve({ rows: message.rows.slice(), dimension: message.dimension });
    else reject(new PoisonError('MILLRACE_PROCESSING_ENCODE', `encoding: ${message.message}`));
    next();
  };

  const open = (): Promise<void> => {
    if (opening !== null) return opening.promise;
    const started = Promise.withResolvers<void>();
    opening = started;
    started.promise.catch(() => {}); // whoever asked hears of it by the request
    const args = [folder, ...(libraryFolder === null ? [] : [libraryFolder])];
    const own = fork(program, args, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = own;
    own.on('message', (message: FromEncoder) => {
      if (child === own) heard(message);
    });
    own.on('error', () => {}); // what could not be sent is answered for by its end
    own.once('exit', (code, signal) => {
      if (child === own) refuseAll(unavailable(`the encoder ended by ${signal ?? `code ${code}`}`));
    });
    return started.promise;
  };

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const own = child;
    if (own === null) return;
    refuseAll(unavailable('the encoder was closed'));
    if (own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => own.once('exit', () => resolve()));
    own.kill('SIGKILL'); // it holds nothing but memory
    await ended;
  };

  return {
    open,
    close: end,
    encode: (texts, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const give = (): void => {
          line = line.filter((one) => one !== waiting);
          reject(signal?.reason);
        };
        const waiting: Waiting = {
          texts,
          resolve: (embeddings) => {
            signal?.removeEventListener('abort', give);
            resolve(embeddings);
          },
          reject: (error) => {
            signal?.removeEventListener('abort', give);
            reject(error);
          },
        };
        signal?.addEventListener('abort', give, { once: true });
        line.push(waiting);
        void open().then(next, () => {});
      }),
  };
}

const unavailable = (message: string): TransientError =>
  new TransientError('MILLRACE_RESOURCE_ENCODER', message);
