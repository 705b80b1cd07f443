import { randomUUID } from 'node:crypto';
import type { Settings } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import type { EventProblem, GatheredEvent } from '../core/identify-event.ts';
import { gatherEvents } from '../store/gather-events.ts';
import { HttpProblem, type ProblemStatus } from './problem.ts';
import { forgotten } from './session-answer.ts';

/**
 * Puts messages or an end of a request to their session.
 * @returns how many of them were there before
 * @throws HttpProblem when there is no place for one of them: then none of them is taken
 */
export async function takeParts(
  tx: Transaction,
  events: readonly GatheredEvent[],
  settings: Pick<Settings['session'], 'session_timeout' | 'end_grace'>,
): Promise<number> {
  let duplicates = 0;
  for (const [i, outcome] of (await gatherEvents(tx, events, settings)).entries()) {
    if (outcome === 'erased') throw forgotten();
    if (outcome instanceof PoisonError)
      throw refusedPart({ errorCode: outcome.code, sentence: outcome.message }, i);
    if (outcome === 'duplicate') duplicates++;
  }
  return duplicates;
}

const statuses: Readonly<Record<string, ProblemStatus>> = {
  MILLRACE_INPUT_MESSAGE_ID: 409,
  MILLRACE_INPUT_SESSION_PURGED: 410,
  MILLRACE_INPUT_SESSION_TOO_LARGE: 413,
  MILLRACE_INPUT_MESSAGE_TOO_LARGE: 413,
};

/** Why a message or an end of a request is not taken. @param index of it in the request */
export const refusedPart = ({ errorCode, sentence }: EventProblem, index: number): HttpProblem =>
  new HttpProblem(statuses[errorCode] ?? 422, {
    code: errorCode,
    detail: sentence,
    errors: [{ field: `messages[${index}]`, detail: sentence }],
  });

interface Counted {
  readonly duplicates: number;
  readonly sha256: string;
  readonly key: string | null;
}

/** One row a request: the ledger's count of what came in by this door. */
export async function countParts(
  tx: Transaction,
  events: readonly GatheredEvent[],
  { duplicates, sha256, key }: Counted,
): Promise<void> {
  const [first] = events;
  if (first === undefined) throw new RangeError('a request has one message at least');
  const outcome = duplicates === events.length ? 'duplicate' : 'applied';
  await tx`
    insert into http_accepts (id, source, session_id, version, outcome, events, duplicates, idempotency_key, payload_sha256)
    values (${randomUUID()}, ${first.source}, ${first.sessionId}, null, ${outcome}, ${events.length}, ${duplicates},
      ${key}, ${key === null ? null : sha256})`;
}
