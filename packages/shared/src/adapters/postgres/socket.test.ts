import { createServer, type Server, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { deadlineSocket } from './socket.ts';

/** TLS without certificates: both sides know a key. */
const psk = {
  ciphers: 'PSK-AES128-GCM-SHA256',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;
const key = Buffer.from('0123456789abcdef');

describe('deadlineSocket() under TLS', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.close();
  });

  const start = (onClient: (client: TLSSocket) => void): Promise<number> =>
    new Promise((resolve) => {
      server = createServer({ ...psk, pskCallback: () => key }, onClient);
      server.listen(0, '127.0.0.1', () => {
        const address = server?.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const open = (port: number, silenceMs: number): TLSSocket =>
    tlsConnect({
      ...psk,
      socket: deadlineSocket({ host: ['127.0.0.1'], port: [port], ssl: 'require' }, 0, silenceMs),
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk: key, identity: 'test' }),
    });

  it('lives as long as bytes come, though they bypass its timer', async () => {
    const port = await start((client) => {
      let sent = 0;
      const timer = setInterval(() => {
        client.write('.');
        if (++sent === 30) {
          clearInterval(timer);
          client.end();
        }
      }, 50);
    });
    const socket = open(port, 1_000); // 30 bytes take longer, the gap between two does not
    const failures: unknown[] = [];
    socket.on('error', (error) => failures.push(error));
    let got = 0;
    for await (const chunk of socket) got += Buffer.from(chunk).length;
    expect(got).toBe(30);
    expect(failures).toEqual([]);
  });

  it('gives up when they stop', async () => {
    const port = await start((client) => {
      client.on('error', () => {});
      client.write('.');
    });
    const socket = open(port, 100);
    socket.on('error', () => {});
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect(socket.destroyed).toBe(true);
  });
});
