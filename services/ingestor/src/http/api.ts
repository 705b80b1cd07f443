import type { AddressInfo } from 'node:net';
import swagger from '@fastify/swagger';
import { UserError } from '@millrace/shared/domain/errors';
import type { Running } from '@millrace/shared/runtime/worker';
import fastify from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ApiConfig } from '../config.ts';
import { createAcceptor } from './accept.ts';
import { answerErrors } from './answer-errors.ts';
import type { Api, ApiContext, ApiRuntime } from './api-context.ts';
import { addBatchRoute } from './batch-route.ts';
import { addErasureRoute } from './erasure-route.ts';
import { addPartRoutes } from './part-routes.ts';
import { addRequestTraces } from './request-trace.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addTrainingRoutes } from './training-routes.ts';

export interface RunningApi extends Running {
  readonly port: number;
}

const bodyLimit = 8 * 1024 * 1024;

/**
 * The HTTP door, without a port. Bodies reach the routes as the bytes that came: schemas here are for the document at
 * /openapi.json, and what a route takes it parses itself, by the decoder of every other door.
 */
export async function buildApi(context: ApiContext, version: string): Promise<Api> {
  const app = fastify({
    logger: false,
    bodyLimit,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 2000 },
  });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );
  answerErrors(app, context.logger);
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const status = statusCode >= 500 ? '5xx' : statusCode >= 400 ? '4xx' : '2xx';
    const method = ['GET', 'HEAD'].includes(request.method) ? 'read' : 'write';
    context.metrics.httpRequests.add({ method, status });
    context.metrics.httpSeconds.observe({}, reply.elapsedTime / 1000);
  });
  addRequestTraces(app, context.tracer);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millrace',
        version,
        description: 'Ended chat sessions in, fine-tuned models out',
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  addSessionRoutes(app, context);
  addBatchRoute(app, context);
  addPartRoutes(app, context);
  addErasureRoute(app, context);
  addTrainingRoutes(app, context);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

/** The HTTP door, listening. Says its port in one log line; a stop lets running requests finish. */
export async function startApi(
  runtime: ApiRuntime & { readonly version: string },
  { host, port, keys }: ApiConfig,
): Promise<RunningApi> {
  const { logger, clock, version } = runtime;
  const acceptor = createAcceptor(runtime);
  const app = await buildApi({ ...runtime, acceptor, keys }, version);
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UserError(
      'MILLRACE_RESOURCE_PORT',
      `MILLRACE_API_PORT: ${host}:${port} cannot be used (${code}); 0 takes a free port`,
      { exitCode: 2 },
    );
  }
  if (keys === null)
    logger.warning('no API keys: the API listens on loopback only (MILLRACE_API_KEYS_FILE)');
  const taken = portOf(app.server.address()) ?? port;
  logger.info('api listening', { port: taken, host });
  return {
    port: taken,
    failed: new Promise(() => {}),
    stop: async (deadlineMs) => {
      // a request whose body does not come to its end was not accepted: it must not hold the process up
      const late = setTimeout(() => app.server.closeAllConnections(), deadlineMs);
      await app.close();
      clearTimeout(late);
      const waited = new AbortController();
      await Promise.race([acceptor.idle(), clock.sleep(deadlineMs, waited.signal)]);
      waited.abort();
    },
  };
}

const portOf = (address: AddressInfo | string | null): number | null =>
  typeof address === 'object' && address !== null ? address.port : null;
