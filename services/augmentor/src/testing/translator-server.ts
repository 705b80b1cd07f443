import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is to do with one request. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'silence'
  | 'cut';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly q: string[]; readonly source: string; readonly target: string };
}

/** A server with LibreTranslate's protocol, for tests: `answer` says what it does. Keeps what it was asked. */
export async function translatorServer(answer: (asked: Asked, number: number) => Answer) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const one = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) };
    asked.push(one);
    const to = answer(one, asked.length);
    if (to === 'silence') return;
    if (to === 'cut') {
      response.destroy();
      return;
    }
    response.writeHead(to.status, to.headers).end(to.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An answer with one translation a text. */
export const translated = (texts: readonly string[]): Answer => ({
  status: 200,
  body: JSON.stringify({ translatedText: texts }),
});

export const failed = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify({ error: 'no' }),
});
