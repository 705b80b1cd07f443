import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../domain/errors.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { connect } from './database.ts';
import { deliveryStore } from './delivery-store.ts';

/** The farewell of a server that is shut down, as a backend sends it. */
const farewell = Buffer.from(
  'E\0\0\0\x55SFATAL\0VFATAL\0C57P01\0Mterminating connection due to admin\0Fp.c\0L1\0RProcessInt\0\0',
);
farewell.writeInt32BE(farewell.length - 1, 1);

interface Cutter {
  readonly port: number;
  /** What the server said on the first connection. */
  readonly said: () => Buffer;
  close(): void;
}

/** Lets so many bytes of the server through on the first connection, then ends it, with or without a farewell. */
async function cutter(url: URL, after: number, last: Buffer | null): Promise<Cutter> {
  const sockets = new Set<Socket>();
  let said = Buffer.alloc(0);
  let first = true;
  const server = createServer((client) => {
    const isCut = first;
    first = false;
    const upstream = tcpConnect(Number(url.port), url.hostname);
    const end = (): void => void [client, upstream].map((socket) => socket.destroy());
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      const left = after - said.length;
      if (isCut) said = Buffer.concat([said, chunk]);
      if (!isCut || chunk.length <= left) client.write(chunk);
      else {
        client.write(chunk.subarray(0, Math.max(0, left)));
        if (last === null) end();
        else client.end(last);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    said: () => said,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Where messages end: type, length, body. Of a run of equal ones, as the rows of an answer, the first two. */
function messageEnds(said: Buffer): number[] {
  const ends: number[] = [];
  const types: string[] = [];
  for (let at = 0; at + 5 <= said.length; ) {
    const type = String.fromCharCode(said[at] ?? 0);
    at += 1 + said.readInt32BE(at + 1);
    if (types.at(-1) !== type || types.at(-2) !== type) ends.push(at);
    types.push(type);
  }
  return ends;
}

describe('a connection that ends after any message of the server', () => {
  let database: TestDatabase;
  let escaped: unknown[] = [];
  const record = (reason: unknown): void => void escaped.push(reason);
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    escaped = [];
    process.on('unhandledRejection', record);
  });
  afterEach(() => void process.off('unhandledRejection', record));

  /** What a stage does: a transaction, and beside it the question whether the database is there. */
  async function work(after: number, last: Buffer | null): Promise<Buffer> {
    const url = new URL(database.url);
    const proxy = await cutter(new URL(url), after, last);
    url.host = `127.0.0.1:${proxy.port}`;
    const sql = connect(url.href, { max: 1 });
    const store = deliveryStore(sql);
    const key = `${last === null ? 'cut' : 'farewell'}-${after}`;
    const tasks = await Promise.allSettled([
      store.transaction(async (tx) => {
        await tx`insert into sides (group_key, side) values (${key}, 'train')`;
        return tx`select ${[key]}::text[] as keys`;
      }),
      store.ping(),
    ]);
    for (const task of tasks)
      if (task.status === 'rejected') expect(task.reason, key).toBeInstanceOf(TransientError);
    const read = () => store.read((s) => s`select 1 from sides where group_key = ${key}`);
    const rows = await read().catch(read); // the first may go to a connection whose end was not heard yet
    // whether a commit whose answer was cut off took place is not known; one that was answered did
    if (tasks[0].status === 'fulfilled') expect(rows, key).toHaveLength(1);
    await sql.end({ timeout: 1 });
    proxy.close();
    return proxy.said();
  }

  it.each([
    ['cut between two messages', null, 0],
    ['cut inside a message', null, 3],
    ['told to end', farewell, 0],
  ] as const)(
    '%s: fails in passing or is done, the client goes on, and nothing escapes',
    async (_how, last, beyond) => {
      const ends = messageEnds(await work(Number.POSITIVE_INFINITY, last));
      expect(ends.length).toBeGreaterThan(20);
      await Promise.all([0, ...ends].map((end) => work(end + beyond, last)));
      expect(escaped).toEqual([]);
    },
  );
});
