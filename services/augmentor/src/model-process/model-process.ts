/**
 * A model in a process of its own: a crash of the native library, and the memory that it takes, are that process's.
 *
 * States: closed -> opening (at the first question) -> open, idle or at work on one question -> closed, when nothing was asked
 * for a while, when the process ends or refuses to open, or by close(). Questions wait in order; what waits when the process
 * ends is refused as transient, and the next question opens another one. One that was given up leaves the line; what is
 * already answered for it is thrown away.
 * Every opening tells the digest of the model that it read. One that is not the first one's, or not the one that was asked
 * for, is refused: another model lies in the folder, and what it would say is not what this process stands for.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { InvariantError, PoisonError, TransientError } from '@millrace/shared/domain/errors';
import type { FromModel, Question } from './messages.ts';

export interface ModelProcess<Q, A> {
  /** Opens the model, if it is not open. @throws TransientError when it cannot be, InvariantError when it is another one */
  open(): Promise<void>;
  /**
   * @throws TransientError when the process does not open or ends, PoisonError when the model refuses the question,
   * InvariantError when another model opens than before; the signal's reason when it is aborted
   */
  ask(question: Q, signal?: AbortSignal): Promise<A>;
  /** Ends the process. Waiting questions are refused. May be called twice; a later question opens it again. */
  close(): Promise<void>;
}

export interface ModelProgram {
  /** Path of a program that is one call of serveModel(). */
  readonly program: string;
  readonly args: readonly string[];
  /** What it is and where it lies, for sentences: `the encoder`, and its folder. */
  readonly name: string;
  readonly folder: string;
  /** Of its transient errors, and of a question that it refuses. */
  readonly codes: {
    readonly resource: `MILLRACE_RESOURCE_${Uppercase<string>}`;
    readonly refused: `MILLRACE_PROCESSING_${Uppercase<string>}`;
  };
  /** Digest of the model that must lie there (see modelDigests); default: that of the first opening. */
  readonly sha256?: string | undefined;
  /** Milliseconds without a question after which the process is ended, default 60 000: TensorFlow and a model hold 0.7 GB. */
  readonly idleMs?: number;
}

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

export function modelProcess<Q, A>(options: ModelProgram): ModelProcess<Q, A> {
  const { program, args, name, folder, codes, idleMs = 60_000 } = options;
  let child: ChildProcess | null = null;
  let opening: PromiseWithResolvers<void> | null = null;
  let running: Waiting<Q, A> | null = null;
  let line: Waiting<Q, A>[] = [];
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let { sha256 } = options;

  const unavailable = (message: string): TransientError =>
    new TransientError(codes.resource, message);

  const refuseAll = (error: TransientError | InvariantError): void => {
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
    child.send({ id: ++lastId, question: running.question } satisfies Question<Q>);
  };

  const heard = (message: FromModel<A>): void => {
    if (message.kind === 'open') {
      sha256 ??= message.sha256;
      if (message.sha256 !== sha256) {
        void end(changed(options, { sha256, now: message.sha256 }));
        return;
      }
      opening?.resolve();
      next();
      return;
    }
    if (message.kind === 'refused') {
      refuseAll(unavailable(`${name} in ${folder} does not open: ${message.message}`));
      return;
    }
    if (message.id !== lastId || running === null) return;
    const { resolve, reject } = running;
    running = null;
    if (message.kind === 'answered') resolve(message.answer);
    else reject(new PoisonError(codes.refused, `${name}: ${message.message}`));
    next();
  };

  const open = (): Promise<void> => {
    if (opening !== null) return opening.promise;
    const started = Promise.withResolvers<void>();
    opening = started;
    started.promise.catch(() => {}); // whoever asked hears of it by the request
    const own = fork(program, [...args], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = own;
    own.on('message', (message: FromModel<A>) => {
      if (child === own) heard(message);
    });
    own.on('error', () => {}); // what could not be sent is answered for by its end
    own.once('exit', (code, signal) => {
      if (child === own) refuseAll(unavailable(`${name} ended by ${signal ?? `code ${code}`}`));
    });
    return started.promise;
  };

  const end = async (
    why: TransientError | InvariantError = unavailable(`${name} was closed`),
  ): Promise<void> => {
    clearTimeout(idle);
    const own = child;
    if (own === null) return;
    refuseAll(why);
    if (own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => own.once('exit', () => resolve()));
    own.kill('SIGKILL'); // it holds nothing but memory
    await ended;
  };

  return {
    open,
    close: () => end(),
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const give = (): void => {
          line = line.filter((one) => one !== waiting);
          reject(signal?.reason);
        };
        const waiting: Waiting<Q, A> = {
          question,
          resolve: (answer) => {
            signal?.removeEventListener('abort', give);
            resolve(answer);
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

function changed(
  { name, folder }: Pick<ModelProgram, 'name' | 'folder'>,
  { sha256, now }: Record<'sha256' | 'now', string>,
): InvariantError {
  const [before, after] = [sha256, now].map((digest) => digest.slice(0, 12));
  return new InvariantError(
    'MILLRACE_PROCESSING_MODEL_CHANGED',
    `${name} in ${folder} is another model (${after}) than the one that examples are made by (${before}): start again, and examples get a revision of their own`,
  );
}
