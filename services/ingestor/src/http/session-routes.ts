import { identify } from '../core/identify.ts';
import { kindsAtIngest } from '../core/kinds-at-ingest.ts';
import { readSessionStatus } from '../store/session-status.ts';
import type { Api, ApiContext } from './api-context.ts';
import { acceptedSession, sessionBody, sessionStatus } from './documents.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { bySessionId, bySource, onlySource } from './only-source.ts';
import { HttpProblem, problemDocument } from './problem.ts';
import { bodyBytes, parseDocument } from './read-json-body.ts';
import { arrivalOf } from './request-arrival.ts';
import { authorize } from './request-source.ts';
import { acceptedOrGone, unreadable } from './session-answer.ts';
import { takingAnswers, takingHeaders } from './taking.ts';

/** `POST /v1/sessions` and `GET /v1/sessions/{id}`. */
export function addSessionRoutes(
  app: Api,
  { acceptor, keys, store, clock, settings }: ApiContext,
): void {
  const redact = kindsAtIngest(settings);
  app.post(
    '/v1/sessions',
    {
      schema: {
        summary: 'Take an ended session: 202 when it is committed',
        headers: takingHeaders,
        body: sessionBody,
        response: takingAnswers(acceptedSession),
      },
    },
    async (request, reply) => {
      const arrival = arrivalOf(request, { keys, clock });
      const identified = identify(bodyBytes(request.body), arrival, redact);
      const key = idempotencyKeyOf(request);
      if (!identified.ok) throw unreadable(identified.problem);
      const accepted = acceptedOrGone(await acceptor.session(identified.session, key));
      return reply.code(202).header('location', accepted.location).send(accepted);
    },
  );

  app.get(
    '/v1/sessions/:id',
    {
      schema: {
        summary:
          'Where a session is: verdict, findings, examples, side, datasets and models that saw it',
        params: bySessionId,
        querystring: bySource,
        response: { 200: sessionStatus, 404: problemDocument, 409: problemDocument },
      },
    },
    async (request) => {
      authorize(request, keys, 'read');
      const { id } = parseDocument(bySessionId, request.params);
      const { source } = parseDocument(bySource, request.query);
      const status = await store.read(async (sql) => {
        const only = source ?? (await onlySource(sql, id));
        return only === null ? null : readSessionStatus(sql, { source: only, sessionId: id });
      });
      if (status !== null) return status;
      throw new HttpProblem(404, {
        code: 'MILLRACE_INPUT_UNKNOWN_SESSION',
        detail: 'no session of this id was accepted from this source',
      });
    },
  );
}
