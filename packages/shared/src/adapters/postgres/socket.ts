import { Socket } from 'node:net';

export interface SocketOptions {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false | undefined;
  /** Set when TLS is put over the socket: the bytes then bypass its timer, but not its count. */
  readonly ssl?: unknown;
}

/**
 * A socket that gives up when nothing came for `silenceMs`: the client's side of the deadline. The server ends each
 * statement at its `statement_timeout`, so silence beyond it means a frozen server or a dead network, where the driver
 * itself would wait for ever (measured: still pending after 8 s with the backend stopped). An idle connection is
 * closed by the same rule. What was running rejects with the connection's error.
 *
 * Handed out while still connecting: bytes written before are kept by the socket.
 */
export function deadlineSocket(options: SocketOptions, attempt: number, silenceMs: number): Socket {
  const socket = new Socket();
  let seen = 0;
  socket.setTimeout(silenceMs);
  socket.on('timeout', () => {
    if (options.ssl && socket.bytesRead > seen) {
      seen = socket.bytesRead;
      socket.setTimeout(silenceMs);
      return;
    }
    const error: NodeJS.ErrnoException = new Error(
      `no answer from the database for ${silenceMs} ms`,
    );
    error.code = 'ETIMEDOUT';
    socket.destroy(error);
  });
  if (options.path) return socket.connect(options.path);
  const index = attempt % options.host.length;
  return socket.connect(options.port[index] ?? 5432, options.host[index] ?? '127.0.0.1');
}
