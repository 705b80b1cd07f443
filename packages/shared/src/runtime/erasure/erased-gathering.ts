import { eventId } from '../../domain/hash.ts';
import type { Sql, Transaction } from '../../ports/database.ts';

/** A session that came message by message, before it is erased. */
export interface ErasedGathering {
  readonly source: string;
  readonly sessionId: string;
  readonly messages: number;
  readonly ends: number;
  /** Null: none of it came by the broker. */
  readonly partition: number | null;
}

interface Sessions {
  readonly source: string;
  readonly ids: readonly string[];
}

export const gatheredOf = (sql: Sql | Transaction, { source, ids }: Sessions) => sql<
  ErasedGathering[]
>`
  select source, session_id as "sessionId", messages, ends, partition from gathered_sessions
  where source = ${source} and session_id = any(${[...ids]}::text[]) and state <> 'erased' order by 1, 2`;

/**
 * What was gathered of these sessions is gone, each on record; open ones never close. Rows stay as counts: nothing in them
 * says what a message was, nor its id or its hash, for a short text can be guessed from it.
 */
export async function eraseGathered(
  tx: Transaction,
  sessions: Sessions,
): Promise<readonly ErasedGathering[]> {
  const gone = await gatheredOf(tx, sessions);
  const { source } = sessions;
  const ids = gone.map(({ sessionId }) => sessionId);
  await tx`
    update gathered_sessions set state = 'erased', traceparent = null
    where source = ${source} and session_id = any(${ids}::text[])`;
  await tx`
    update gathered_events set identity = gen_random_uuid()::text, user_id = null, sha256 = null, bytes = null, redactions = null
    where source = ${source} and session_id = any(${ids}::text[])`;
  await tx`
    update http_accepts set idempotency_key = null, payload_sha256 = null
    where source = ${source} and session_id = any(${ids}::text[]) and version is null and idempotency_key is not null`;
  await tx`
    insert into audit (id, action, subject, detail)
    select * from unnest(
      ${ids.map((id) => eventId('gathered_erased', source, id))}::uuid[],
      ${ids.map(() => 'gathered_erased')}::text[],
      ${ids}::text[],
      ${gone.map(({ messages, ends }) => JSON.stringify({ source, messages, ends }))}::text[]::jsonb[])`;
  return gone;
}
