import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const request = z.object({ q: z.array(z.string()), source: z.string(), target: z.string() });
const directions: Readonly<Record<string, string>> = { 'en es': 'eng-spa', 'es en': 'spa-eng' };

export interface ApertiumServer {
  readonly url: string;
  readonly host: string;
  /** Texts asked for, and seconds in Apertium. */
  readonly counts: { texts: number; seconds: number };
  readonly close: () => Promise<void>;
}

/** LibreTranslate's `POST /translate` in front of Debian's `apertium` command (apertium-eng-spa), on the loopback interface. */
export async function apertiumServer(): Promise<ApertiumServer> {
  const counts = { texts: 0, seconds: 0 };
  const server = createServer(async (incoming, response) => {
    const asked = request.safeParse(JSON.parse(await text(incoming)));
    const direction = asked.data && directions[`${asked.data.source} ${asked.data.target}`];
    if (!asked.success || direction === undefined) {
      response.writeHead(400).end(JSON.stringify({ error: 'no such pair' }));
      return;
    }
    const begun = performance.now();
    const translatedText = await translated(asked.data.q, direction);
    counts.texts += translatedText.length;
    counts.seconds += (performance.now() - begun) / 1000;
    response.writeHead(200).end(JSON.stringify({ translatedText }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    host,
    counts,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Line by line (`-f line`), unknown words as they are (`-u`), one process a request: 0.2 s of processor time. @throws Error when lines were lost */
async function translated(texts: readonly string[], direction: string): Promise<string[]> {
  const lines = texts.map((one) => one.split('\n'));
  // Node's pipes are sockets, which apertium's formatters cannot open as /dev/stdin: cat makes a real one.
  const command = ['-c', 'cat | apertium -f line -u "$0"', direction];
  const child = spawn('sh', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`${lines.flat().join('\n')}\n`);
  const answers = (await text(child.stdout)).replace(/\n$/, '').split('\n');
  if (answers.length !== lines.flat().length) throw new Error('apertium lost or added lines');
  return lines.map((own) => answers.splice(0, own.length).join('\n'));
}
