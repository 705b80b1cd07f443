import { PoisonError, TransientError } from '@millrace/shared/domain/errors';
import type { Logger } from '@millrace/shared/ports/logger';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Seconds after which a client may come again when the database is away. */
const retryAfterSeconds = 5;

/** Every error of a handler, and of fastify before one, as problem+json; nothing of a foreign error's text goes out. */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500)
      logger.error(
        'a request failed',
        { route: request.routeOptions.url, status: problem.status },
        error,
      );
    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(problem.status).type('application/problem+json').send(problem.document());
  });
  app.setNotFoundHandler((_, reply) => {
    const problem = new HttpProblem(404, {
      code: 'MILLRACE_INPUT_ROUTE',
      detail: 'there is nothing at this path; see /openapi.json',
    });
    return reply.code(404).type('application/problem+json').send(problem.document());
  });
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof TransientError)
    return new HttpProblem(503, {
      code: error.code,
      detail: `nothing was stored, come again in ${retryAfterSeconds} s: ${error.message}`,
    });
  if (error instanceof PoisonError)
    return new HttpProblem(422, { code: error.code, detail: error.message });
  const code = error instanceof Error && 'code' in error ? error.code : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpProblem(413, {
        code: 'MILLRACE_INPUT_BODY_TOO_LARGE',
        detail: 'a body has at most 8 MiB',
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpProblem(415, {
        code: 'MILLRACE_INPUT_MEDIA_TYPE',
        detail: 'content-type must be application/json, or application/x-ndjson for a batch',
        errors: [
          {
            field: 'content-type',
            detail: 'must be application/json, or application/x-ndjson for a batch',
          },
        ],
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return new HttpProblem(400, {
        code: 'MILLRACE_INPUT_REQUEST',
        detail: 'the request line or its content-length is not as HTTP wants it',
      });
    default:
      return new HttpProblem(500, {
        code: 'MILLRACE_PROCESSING_REQUEST',
        detail: 'the service is at fault; its log says more',
      });
  }
}
