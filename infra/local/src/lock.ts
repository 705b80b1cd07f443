import { createHash } from 'node:crypto';
import net from 'node:net';
import { StackError } from './stack-error.ts';

export interface LockOptions {
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
  /** milliseconds, default 300,000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs work while no other process on this machine holds the lock of the same name.
 *
 * The lock is a listening socket without a file (Linux's abstract names): the kernel frees it when its holder dies, however it dies, so there is no stale lock to judge.
 * A waiter connects to the holder and wakes when that connection ends.
 * @throws StackError when the lock is not free in time
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const address = `\0millrace-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  const deadline = AbortSignal.timeout(options.timeoutMs ?? 300_000);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  let told = false;
  for (;;) {
    const release = await acquire(address);
    if (release !== undefined) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (!told) options.onWait?.();
    told = true;
    await holderEnds(address, signal);
    options.signal?.throwIfAborted();
    if (deadline.aborted) throw new StackError(`another process holds the lock of ${name}`);
  }
}

async function acquire(address: string): Promise<(() => Promise<void>) | undefined> {
  const waiters = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    waiters.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => waiters.delete(socket));
  });
  const free = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(address, () => resolve(true));
  });
  if (!free) return undefined;
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of waiters) socket.destroy();
    });
}

function holderEnds(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address, signal });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}
