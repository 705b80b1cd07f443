import { idText } from '@millrace/shared/contracts/identity';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Identification, type Identified, identify } from '../core/identify.ts';
import { kindsAtIngest } from '../core/kinds-at-ingest.ts';
import type { Answered } from './answered.ts';
import type { Api, ApiContext } from './api-context.ts';
import { type BodyLine, bodyLines } from './body-lines.ts';
import { type BatchAnswer, batchAnswer } from './documents.ts';
import { HttpProblem, problemDocument } from './problem.ts';
import { bodyBytes } from './read-json-body.ts';
import { arrivalOf } from './request-arrival.ts';
import { acceptedOrGone, unreadable } from './session-answer.ts';

const media = 'application/x-ndjson';

/** After this much parsing, milliseconds, other requests have their turn. */
const breathMs = 100;

/** `POST /v1/batches`: sessions as JSON lines; one answer a line, in their order. */
export function addBatchRoute(app: Api, { acceptor, keys, clock, settings }: ApiContext): void {
  const redact = kindsAtIngest(settings);
  app.addContentTypeParser(media, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post(
    '/v1/batches',
    {
      schema: {
        summary:
          'Take ended sessions, one a line: 207 when those that can be read are committed together',
        consumes: [media],
        headers: z.object({ 'millrace-source': idText.optional() }),
        response: {
          207: batchAnswer.meta({
            description: 'a line for each line of the body that is not blank',
          }),
          400: problemDocument,
          413: problemDocument,
          415: problemDocument,
          503: problemDocument,
        },
      },
    },
    async (request, reply) => {
      const arrival = arrivalOf(request, { keys, clock });
      const lines = await read([...bodyLines(bodyBytes(request.body))], (bytes) =>
        identify(bytes, arrival, redact),
      );
      const readable = lines.flatMap(({ identified }) =>
        identified.ok ? [identified.session] : [],
      );
      const answered = readable.length === 0 ? [] : await acceptor.sessions(readable);
      const bySession = new Map(readable.map((session, i) => [session, answered[i]]));
      return send(
        reply,
        lines.map((line) => answerTo(line, bySession)),
      );
    },
  );
}

interface Read {
  readonly line: number;
  readonly identified: Identification;
}

async function read(
  lines: readonly BodyLine[],
  identified: (bytes: Uint8Array) => Identification,
): Promise<Read[]> {
  const all: Read[] = [];
  let breath = performance.now();
  for (const { line, bytes } of lines) {
    if (performance.now() - breath > breathMs) {
      await new Promise((resolve) => setImmediate(resolve));
      breath = performance.now();
    }
    all.push({ line, identified: identified(bytes) });
  }
  return all;
}

function answerTo(
  { line, identified }: Read,
  bySession: ReadonlyMap<Identified, Answered | undefined>,
): BatchAnswer {
  try {
    if (!identified.ok) throw unreadable(identified.problem);
    const answered = bySession.get(identified.session);
    if (answered === undefined) throw new RangeError('as many answers as sessions');
    return { line, status: 202, ...acceptedOrGone(answered) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return { line, ...error.document() };
  }
}

const send = (reply: FastifyReply, answers: readonly BatchAnswer[]) =>
  reply
    .code(207)
    .type(media)
    .serializer(String)
    .send(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
