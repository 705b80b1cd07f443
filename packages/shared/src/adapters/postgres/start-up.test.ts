import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../domain/errors.ts';
import { connect } from './database.ts';
import { deliveryStore } from './delivery-store.ts';

/** A message of the server: type, length, body. https://www.postgresql.org/docs/current/protocol-message-formats.html */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
const authenticationOk = message('R', Buffer.alloc(4));
const readyForQuery = message('Z', Buffer.from('I'));
const shutDown = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0RProcessInterrupts\0\0'),
);

/** A server that answers each start-up with these bytes and closes. */
async function dyingServer(answer: Buffer): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/**
 * What postgres.js 3.4.9 asks of a connection before the first query runs on it (types, and with `target_session_attrs`
 * the server's state) nobody waited for: its rejection ended the process. Seen in e2e/outages.test.ts, on a database
 * that was ended while the ingestor connected.
 */
describe('a server that is ended while a client connects', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it.each([
    ['before it is ready', '', [authenticationOk, shutDown]],
    ['after it was ready', '', [authenticationOk, readyForQuery, shutDown]],
    [
      'when it should say its state',
      '?target_session_attrs=read-write',
      [authenticationOk, readyForQuery, shutDown],
    ],
  ])('%s: the query fails in passing, and nothing escapes', async (_when, parameters, answer) => {
    server = await dyingServer(Buffer.concat(answer));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const sql = connect(`postgres://a:b@127.0.0.1:${port}/c${parameters}`);
    const escaped: unknown[] = [];
    const record = (reason: unknown): void => void escaped.push(reason);
    process.on('unhandledRejection', record);
    try {
      await expect(deliveryStore(sql).ping()).rejects.toThrow(TransientError);
      await sql.end({ timeout: 1 });
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', record);
    }
    expect(escaped).toEqual([]);
  });
});
