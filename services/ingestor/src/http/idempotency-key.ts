import type { Transaction } from '@millrace/shared/ports/database';
import { forgottenSessions } from '@millrace/shared/runtime/erasure/erased-versions';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

/**
 * `Idempotency-Key`, 1 to 255 characters; null without one.
 * @see draft-ietf-httpapi-idempotency-key-header
 * @throws HttpProblem 422 for one that is too long
 */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length <= 255) return key;
  throw new HttpProblem(422, {
    code: 'MILLRACE_INPUT_IDEMPOTENCY_KEY',
    detail: 'the header Idempotency-Key must have 1 to 255 characters',
    errors: [{ field: 'idempotency-key', detail: 'must have 1 to 255 characters' }],
  });
}

/** A request with a key: whose it is, the hash of what it asks for, and what it is about. */
export interface KeyedRequest {
  readonly source: string;
  readonly payloadSha256: string;
  readonly about: readonly {
    readonly source: string;
    readonly sessionId: string;
    readonly userId: string | null;
  }[];
}

export interface AcceptedBefore {
  /** Null of messages and ends. */
  readonly version: number | null;
  readonly outcome: 'applied' | 'duplicate';
  readonly events: number;
  readonly duplicates: number;
}

/**
 * What was answered to this body under this key; null when the key is new. Requests of one key wait for each other, so one
 * that comes while the first is at work gets its answer. What was forgotten meanwhile is not answered for.
 * @throws HttpProblem 409 when the key was used for another body
 */
export async function acceptedBefore(
  tx: Transaction,
  { source, payloadSha256, about }: KeyedRequest,
  key: string,
): Promise<AcceptedBefore | null> {
  const name = JSON.stringify(['millrace idempotency', source, key]);
  await tx`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  const [row] = await tx<(AcceptedBefore & { payloadSha256: string })[]>`
    select version, outcome, events, duplicates, payload_sha256 as "payloadSha256" from http_accepts
    where source = ${source} and idempotency_key = ${key}`;
  if (row === undefined || (await forgottenSessions(tx, about)).size > 0) return null;
  const { payloadSha256: held, ...answer } = row;
  if (held === payloadSha256) return answer;
  throw new HttpProblem(409, {
    code: 'MILLRACE_INPUT_IDEMPOTENCY_KEY',
    detail: 'this Idempotency-Key was used for another body: a new body needs a new key',
    errors: [{ field: 'idempotency-key', detail: 'stands for another body' }],
  });
}
