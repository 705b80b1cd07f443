import type { OpenSpan, Tracer } from '@millrace/shared/ports/tracer';
import type { FastifyRequest } from 'fastify';
import type { Api } from './api-context.ts';

const spans = new WeakMap<FastifyRequest, OpenSpan>();
const traceparentText = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** One SERVER span a request of the API, in the trace that its `traceparent` header names, else in one of its own. */
export function addRequestTraces(app: Api, tracer: Tracer): void {
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (route === undefined) return;
    const span = tracer.open({
      name: `${request.method} ${route}`,
      kind: 'server',
      traceparent: given(request),
      attributes: { 'http.request.method': request.method, 'http.route': route },
    });
    if (span !== null) spans.set(request, span);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const name = `HTTP ${statusCode}`;
    const failure = statusCode >= 500 ? Object.assign(new Error(name), { name }) : undefined;
    spans.get(request)?.end(failure, { 'http.response.status_code': statusCode });
  });
}

/** What an event that came of the request carries on; null when nobody asked for a trace. */
export const traceOf = (request: FastifyRequest): string | null =>
  spans.get(request)?.traceparent ?? given(request);

function given({ headers }: FastifyRequest): string | null {
  const { traceparent } = headers;
  return typeof traceparent === 'string' && traceparentText.test(traceparent) ? traceparent : null;
}
