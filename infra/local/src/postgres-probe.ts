import net from 'node:net';

const PROTOCOL_3 = 196_608;
const ASKS_FOR_PASSWORD = 'R'.charCodeAt(0);

/**
 * Whether a server takes connections: it must go on to ask for a password. One that starts, stops or recovers answers with an error instead.
 * Never throws.
 */
export function isDatabaseReady(port: number, user: string, timeoutMs = 1500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    const end = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(startup(user)));
    socket.on('data', (chunk) => end(chunk[0] === ASKS_FOR_PASSWORD));
  });
}

function startup(user: string): Buffer {
  const body = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
}
