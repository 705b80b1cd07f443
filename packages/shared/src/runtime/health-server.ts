import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../domain/errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Health, HealthAnswer } from './health.ts';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface HealthServerOptions {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** `/live`, `/ready` (200 or 503, with the reasons as JSON) and `/metrics`. Says its port in one log line. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { health, metrics, logger } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const said = (result: HealthAnswer): void =>
      answer(result.ok ? 200 : 503, 'application/json', `${JSON.stringify(result)}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, 'text/plain', 'only GET\n');
    switch (request.url?.split('?', 1)[0]) {
      case '/live':
        return said(health.live());
      case '/ready':
        return said(health.ready());
      case '/metrics':
        metrics.text().then(
          (text) => answer(200, metrics.contentType, text),
          (error: unknown) => {
            logger.error('metrics cannot be written', {}, error);
            answer(500, 'text/plain', 'metrics cannot be written\n');
          },
        );
        return;
      default:
        answer(404, 'text/plain', 'try /live, /ready or /metrics\n');
    }
  });
  server.requestTimeout = 10_000;
  const port = await listen(server, options);
  logger.info('health listening', { port });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: HealthServerOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          'MILLRACE_RESOURCE_PORT',
          `MILLRACE_HTTP_PORT: ${host}:${port} cannot be used (${error.code ?? error.name}); 0 takes a free port`,
          { exitCode: 2 },
        ),
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(isAddress(address) ? address.port : port);
    });
  });
}

const isAddress = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
