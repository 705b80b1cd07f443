import type { Clock } from '@millrace/shared/ports/clock';
import type { FastifyRequest } from 'fastify';
import type { Arrival } from '../core/identify.ts';
import type { ApiKey } from './api-keys.ts';
import { authorize, sourceOf } from './request-source.ts';
import { traceOf } from './request-trace.ts';

/**
 * What comes beside the bytes of a request that publishes.
 * @throws HttpProblem 401 without a known key, 403 for one that may not publish as this source, 422 for a name that is none
 */
export function arrivalOf(
  request: FastifyRequest,
  { keys, clock }: { readonly keys: readonly ApiKey[] | null; readonly clock: Clock },
): Arrival {
  return {
    source: sourceOf(request, authorize(request, keys, 'publish')),
    origin: 'http',
    receivedAtMs: clock.now(),
    partition: null,
    traceparent: traceOf(request),
  };
}
