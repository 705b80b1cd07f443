import { sessionMessage } from '@millrace/shared/contracts/events';
import { idText } from '@millrace/shared/contracts/identity';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { isJsonObject, type JsonObject } from '@millrace/shared/domain/session-document';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type GatheredEvent,
  identifyEvent,
  ordinalsAmongEquals,
  type ReceivedEvent,
} from '../core/identify-event.ts';
import { jsonBytes } from '../core/json-bytes.ts';
import { kindsAtIngest } from '../core/kinds-at-ingest.ts';
import type { Api, ApiContext } from './api-context.ts';
import { type AcceptedParts, acceptedParts, endBody, messagesBody } from './documents.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { bySessionId } from './only-source.ts';
import { HttpProblem } from './problem.ts';
import { parseDocument, readJsonBody } from './read-json-body.ts';
import { arrivalOf } from './request-arrival.ts';
import { locationOf } from './session-answer.ts';
import { refusedPart } from './take-parts.ts';
import { takingAnswers, takingHeaders } from './taking.ts';

/** `POST /v1/sessions/{id}/messages` and `POST /v1/sessions/{id}/end`: a session that comes message by message. */
export function addPartRoutes(app: Api, { acceptor, keys, clock, settings }: ApiContext): void {
  const redact = kindsAtIngest(settings);
  const take = async (request: FastifyRequest, read: Read): Promise<AcceptedParts> => {
    const arrival = arrivalOf(request, { keys, clock });
    const { id: sessionId } = parseDocument(bySessionId, request.params);
    const key = idempotencyKeyOf(request);
    const received = read(request.body, sessionId);
    const events = received.map((one, i): GatheredEvent => {
      const found = identifyEvent(one, arrival, redact);
      if (!found.ok) throw refusedPart(found.problem, i);
      return found.event;
    });
    const sha256 = hashOf(request, sessionId);
    const { duplicates } = await acceptor.parts(events, { sha256, key });
    const { source } = arrival;
    return {
      session_id: sessionId,
      source,
      accepted: events.length,
      duplicates,
      location: locationOf({ sessionId, source }),
    };
  };

  app.post(
    '/v1/sessions/:id/messages',
    {
      schema: {
        summary: 'Take messages of a session that is not over: 202 when they are committed',
        params: bySessionId,
        headers: takingHeaders,
        body: messagesBody,
        response: takingAnswers(acceptedParts),
      },
    },
    async (request, reply) => {
      const accepted = await take(request, readMessages);
      return reply.code(202).header('location', accepted.location).send(accepted);
    },
  );

  app.post(
    '/v1/sessions/:id/end',
    {
      schema: {
        summary: 'Say that a session is over: it closes, and its messages become a version',
        params: bySessionId,
        headers: takingHeaders,
        body: endBody.optional(),
        response: takingAnswers(acceptedParts),
      },
    },
    async (request, reply) => {
      const accepted = await take(request, readEnd);
      return reply.code(202).header('location', accepted.location).send(accepted);
    },
  );
}

/** Only what the topic demands, too: the rules about a message are the validator's. */
const oneMessage = sessionMessage.extend({ session_id: idText.optional() });
const severalMessages = z.strictObject({ messages: z.array(oneMessage).min(1).max(1000) });

type Read = (body: unknown, sessionId: string) => readonly ReceivedEvent[];

const readMessages: Read = (body, sessionId) => {
  const value = readJsonBody(body);
  const several =
    isJsonObject(value) && !Object.hasOwn(value, 'message') ? value['messages'] : undefined;
  if (several === undefined) parseDocument(oneMessage, value);
  else parseDocument(severalMessages, value);
  const documents = (Array.isArray(several) ? several : [value]).filter(isJsonObject);
  const ordinals = ordinalsAmongEquals(documents);
  return documents.map((document, i) => ({
    ...partOf(document, sessionId, i),
    kind: 'message',
    ordinal: ordinals[i] ?? 0,
  }));
};

const readEnd: Read = (body, sessionId) => {
  const isEmpty = !(body instanceof Uint8Array) || body.byteLength === 0;
  const value = isEmpty ? {} : readJsonBody(body);
  parseDocument(endBody, value);
  return [{ ...partOf(isJsonObject(value) ? value : {}, sessionId, 0), kind: 'end', ordinal: 0 }];
};

/** @throws HttpProblem 422 when it names another session than its path */
function partOf(document: JsonObject, sessionId: string, index: number) {
  const { session_id: named = sessionId } = document;
  if (named !== sessionId)
    throw new HttpProblem(422, {
      code: 'MILLRACE_INPUT_SESSION_ID',
      detail: 'session_id must be that of the path, or be left out',
      errors: [{ field: `messages[${index}].session_id`, detail: 'is not that of the path' }],
    });
  return { sessionId, document, bytes: jsonBytes(document), eventId: null };
}

/** What an Idempotency-Key stands for: the same body at another path is another request. */
function hashOf(request: FastifyRequest, sessionId: string): string {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  return sha256Hex(JSON.stringify([request.routeOptions.url, sessionId, sha256Hex(body)]));
}
