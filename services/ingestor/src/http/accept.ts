import { randomUUID } from 'node:crypto';
import type { Transaction } from '@millrace/shared/ports/database';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { Publishing } from '@millrace/shared/runtime/publish-rows';
import type { StageOutput } from '@millrace/shared/runtime/stage';
import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import { closedOutput } from '../closed-output.ts';
import type { Identified } from '../core/identify.ts';
import type { GatheredEvent } from '../core/identify-event.ts';
import type { IngestSettings } from '../stage.ts';
import { knownVersions } from '../store/known-versions.ts';
import { saveSessions } from '../store/save-sessions.ts';
import { type Answered, isAnswered } from './answered.ts';
import { acceptedBefore } from './idempotency-key.ts';
import { createPublisher } from './publisher.ts';
import { countParts, takeParts } from './take-parts.ts';

export interface Accepting extends Publishing, Pick<StageRuntime, 'clock' | 'logger'> {
  readonly settings: IngestSettings;
}

/** Takes work for the topics over HTTP: committed to Postgres, published as soon as the broker takes it. */
export interface Acceptor {
  /**
   * Sessions row, payload, accept and outbox row in one transaction; nothing of them when it, or its user, was forgotten.
   * @param key of the application, for this body: the same again is answered as the first time; null: without one
   * @throws TransientError when nothing was stored, HttpProblem 409 when the key stands for another body
   */
  session(session: Identified, key: string | null): Promise<Answered>;
  /** The same for many without keys, all or none, in their order. */
  sessions(sessions: readonly Identified[]): Promise<readonly Answered[]>;
  /**
   * Messages or an end of a session: all of them or none.
   * @param asked hash of the request, for which its key stands
   * @returns how many of them were there before
   * @throws HttpProblem 409, 410 or 413 when there is no place for one, TransientError when nothing was stored
   */
  parts(
    events: readonly GatheredEvent[],
    asked: { readonly sha256: string; readonly key: string | null },
  ): Promise<{ readonly duplicates: number }>;
  /** An event and what else belongs into its transaction. */
  event(output: StageOutput, beside: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** Resolves when no publication of ours is under way. */
  idle(): Promise<void>;
}

export function createAcceptor(runtime: Accepting): Acceptor {
  const { store, clock, settings } = runtime;
  const publisher = createPublisher(runtime);

  const commit = async <T>(
    work: (
      tx: Transaction,
    ) => Promise<{ readonly value: T; readonly outputs: readonly StageOutput[] }>,
  ): Promise<T> => {
    const { value, rows } = await store.transaction(async (tx) => {
      const { value, outputs } = await work(tx);
      const context = { stage: 'ingestor', nowMs: clock.now(), traceparent: null } as const;
      const rows = outputs.map((output) => outboxRow(output, context));
      await store.appendOutbox(tx, rows);
      return { value, rows };
    });
    publisher.take(rows); // the answer does not wait for the broker
    return value;
  };

  const take = async (tx: Transaction, list: readonly Identified[], key: string | null) => {
    const assigned = await saveSessions(tx, list, await knownVersions(tx, list));
    const answered = assigned.filter(isAnswered);
    if (answered.length !== list.length)
      throw new RangeError('as many versions out as sessions in');
    const accepted = answered.filter(({ outcome }) => outcome !== 'erased');
    await countAccepts(tx, accepted, key);
    const fresh = answered.filter(({ outcome }) => outcome === 'applied');
    return { value: answered, outputs: fresh.map(closedOutput) };
  };

  return {
    sessions: (list) => commit((tx) => take(tx, list, null)),
    session: async (session, key) => {
      const [answered] = await commit(async (tx) => {
        const { source, payloadSha256 } = session;
        const keyed = { source, payloadSha256, about: [session] };
        const before = key === null ? null : await acceptedBefore(tx, keyed, key);
        if (before === null) return take(tx, [session], key);
        const { version, outcome } = before;
        return { value: [{ session, version: version ?? 0, outcome }], outputs: [] };
      });
      if (answered === undefined) throw new RangeError('one session in, one version out');
      return answered;
    },
    parts: (events, { sha256, key }) =>
      commit(async (tx) => {
        const source = events[0]?.source ?? '';
        const keyed = { source, payloadSha256: sha256, about: events };
        const before = key === null ? null : await acceptedBefore(tx, keyed, key);
        if (before !== null) return { value: before, outputs: [] };
        const duplicates = await takeParts(tx, events, settings.session);
        await countParts(tx, events, { duplicates, sha256, key });
        return { value: { duplicates }, outputs: [] };
      }),
    event: (output, beside) =>
      commit(async (tx) => {
        await beside(tx);
        return { value: undefined, outputs: [output] };
      }),
    idle: () => publisher.idle(),
  };
}

/** The ledger's count of what came in by this door, duplicates included. @param key of the one of them, where it has one */
async function countAccepts(
  tx: Transaction,
  accepted: readonly Answered[],
  key: string | null,
): Promise<void> {
  if (accepted.length === 0) return;
  await tx`
    insert into http_accepts (id, source, session_id, version, outcome, idempotency_key, payload_sha256)
    select id, source, session_id, version, outcome, ${key}::text, case when ${key}::text is null then null else sha256 end
    from unnest(
      ${accepted.map(() => randomUUID())}::uuid[],
      ${accepted.map(({ session }) => session.source)}::text[],
      ${accepted.map(({ session }) => session.sessionId)}::text[],
      ${accepted.map(({ version }) => version)}::int[],
      ${accepted.map(({ outcome }) => outcome)}::text[],
      ${accepted.map(({ session }) => session.payloadSha256)}::text[]
    ) as a (id, source, session_id, version, outcome, sha256)`;
}
