import { linesToRetrain } from '@millrace/shared/domain/erasure';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Api, ApiContext } from './api-context.ts';
import { mayDo } from './api-keys.ts';
import { type ErasedSession, erasedSession } from './documents.ts';
import { bySessionId, bySource, onlySource } from './only-source.ts';
import { HttpProblem, problemDocument } from './problem.ts';
import { parseDocument } from './read-json-body.ts';
import { authorize, sourceOf } from './request-source.ts';

const asked = bySource.extend({ why: z.string().min(1).max(500).optional() });

/** `DELETE /v1/sessions/{id}`: an application forgets what it published; an admin key what anyone did. */
export function addErasureRoute(app: Api, { keys, store }: ApiContext): void {
  app.delete(
    '/v1/sessions/:id',
    {
      schema: {
        summary: 'Forget a session: its text is gone, and what comes of it later is refused',
        params: bySessionId,
        querystring: asked,
        response: { 200: erasedSession, 403: problemDocument, 409: problemDocument },
      },
    },
    async (request): Promise<ErasedSession> => {
      const key = authorize(request, keys, 'publish');
      const { id } = parseDocument(bySessionId, request.params);
      const { source: named, why = 'asked for over HTTP' } = parseDocument(asked, request.query);
      const own = sourceOf(request, key);
      if (key !== null && named !== undefined && named !== own && !mayDo(key, 'admin'))
        throw new HttpProblem(403, {
          code: 'MILLRACE_INPUT_SOURCE',
          detail: `this key may forget what ${own} published only`,
        });
      const isOwn = key !== null && !mayDo(key, 'admin');
      const receipt = await store.read(async (sql) => {
        const source = named ?? (isOwn || says(request) ? own : await onlySource(sql, id)) ?? own;
        const subject = { source, kind: 'session', id } as const;
        return { source, ...(await erase(sql, { subject, by: key?.name ?? 'http', why })) };
      });
      const { sessions: _, ...rest } = receipt;
      return {
        session_id: id,
        ...rest,
        models: [...rest.models],
        retrain: [...linesToRetrain(receipt)],
      };
    },
  );
}

/** Whether the request names a source by its header. */
const says = (request: FastifyRequest): boolean => request.headers['millrace-source'] !== undefined;
