import { randomUUID } from 'node:crypto';
import { trainingRequested } from '@millrace/shared/contracts/events';
import { idText } from '@millrace/shared/contracts/identity';
import { topics } from '@millrace/shared/contracts/topics';
import { eventId } from '@millrace/shared/domain/hash';
import { z } from 'zod';
import { readModels, readTraining, recordRequest } from '../store/trainings.ts';
import type { Api, ApiContext } from './api-context.ts';
import { acceptedTraining, modelList, trainingBody, trainingStatus } from './documents.ts';
import { HttpProblem, problemDocument } from './problem.ts';
import { parseDocument, readJsonBody } from './read-json-body.ts';
import { authorize, sourceOf } from './request-source.ts';
import { traceOf } from './request-trace.ts';

const byRequest = z.object({ request_id: idText });

/** `POST /v1/trainings`, `GET /v1/trainings/{request_id}` and `GET /v1/models`. */
export function addTrainingRoutes(app: Api, { acceptor, keys, store }: ApiContext): void {
  app.post(
    '/v1/trainings',
    {
      schema: {
        summary: 'Ask for a training: 202 when the request is committed',
        body: trainingBody,
        response: { 202: acceptedTraining, 400: problemDocument, 422: problemDocument },
      },
    },
    async (request, reply) => {
      const source = sourceOf(request, authorize(request, keys, 'train'));
      const body = parseDocument(trainingBody, readJsonBody(request.body));
      const data = trainingRequested.parse({
        ...body,
        request_id: body.request_id ?? randomUUID(),
      });
      const { request_id: id, model_name, model_type } = data;
      const output = {
        topic: topics.trainingRequested,
        naturalKey: [id],
        key: `${model_name}/${model_type}`,
        data,
        traceparent: traceOf(request),
      };
      const auditId = eventId('training_requested', id);
      await acceptor.event(output, (tx) => recordRequest(tx, { id, auditId, source }));
      const location = `/v1/trainings/${encodeURIComponent(id)}`;
      return reply.code(202).header('location', location).send({ request_id: id, location });
    },
  );

  app.get(
    '/v1/trainings/:request_id',
    {
      schema: {
        summary: 'The jobs of a training request, their progress and their models',
        params: byRequest,
        response: { 200: trainingStatus, 404: problemDocument },
      },
    },
    async (request) => {
      authorize(request, keys, 'read');
      const { request_id: id } = parseDocument(byRequest, request.params);
      const status = await store.read((sql) => readTraining(sql, id));
      if (status !== null) return status;
      throw new HttpProblem(404, {
        code: 'MILLRACE_INPUT_UNKNOWN_TRAINING',
        detail: 'no training was requested by this id',
      });
    },
  );

  app.get(
    '/v1/models',
    {
      schema: {
        summary: 'Every registered model, its figures and aliases',
        response: { 200: modelList },
      },
    },
    async (request) => {
      authorize(request, keys, 'read');
      return store.read(readModels);
    },
  );
}
