import { randomUUID } from 'node:crypto';
import type { Transaction } from '@millrace/shared/ports/database';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { Publishing } from '@millrace/shared/runtime/publish-rows';
import type { StageOutput } from '@millrace/shared/runtime/stage';
import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import { closedOutput } from '../closed-output.ts';
import type { Assigned } from '../core/assign-versions.ts';
import type { Identified } from '../core/identify.ts';
import { knownVersions } from '../store/known-versions.ts';
import { saveSessions } from '../store/save-sessions.ts';
import { createPublisher } from './publisher.ts';

export interface Accepting extends Publishing, Pick<StageRuntime, 'clock' | 'logger'> {}

/** By this door what comes later is later: nothing is superseded. */
export type Answered = Assigned & { readonly outcome: 'applied' | 'duplicate' | 'erased' };
const isAnswered = (assigned: Assigned): assigned is Answered => assigned.outcome !== 'superseded';

/** Takes work for the topics over HTTP: committed to Postgres, published as soon as the broker takes it. */
export interface Acceptor {
  /**
   * Sessions row, payload, accept and outbox row in one transaction; nothing of them when it, or its user, was forgotten.
   * @throws TransientError when nothing was stored
   */
  session(session: Identified): Promise<Answered>;
  /** The same for many, all or none, in their order. */
  sessions(sessions: readonly Identified[]): Promise<readonly Answered[]>;
  /** An event and what else belongs into its transaction. */
  event(output: StageOutput, beside: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** Resolves when no publication of ours is under way. */
  idle(): Promise<void>;
}

export function createAcceptor(runtime: Accepting): Acceptor {
  const { store, clock } = runtime;
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

  const sessions = (list: readonly Identified[]): Promise<readonly Answered[]> =>
    commit(async (tx) => {
      const assigned = await saveSessions(tx, list, await knownVersions(tx, list));
      const answered = assigned.filter(isAnswered);
      if (answered.length !== list.length)
        throw new RangeError('as many versions out as sessions in');
      await countAccepts(
        tx,
        answered.filter(({ outcome }) => outcome !== 'erased'),
      );
      const fresh = answered.filter(({ outcome }) => outcome === 'applied');
      return { value: answered, outputs: fresh.map(closedOutput) };
    });

  return {
    sessions,
    session: async (session) => {
      const [answered] = await sessions([session]);
      if (answered === undefined) throw new RangeError('one session in, one version out');
      return answered;
    },
    event: (output, beside) =>
      commit(async (tx) => {
        await beside(tx);
        return { value: undefined, outputs: [output] };
      }),
    idle: () => publisher.idle(),
  };
}

/** The ledger's count of what came in by this door, duplicates included. */
async function countAccepts(tx: Transaction, accepted: readonly Answered[]): Promise<void> {
  if (accepted.length === 0) return;
  await tx`
    insert into http_accepts (id, source, session_id, version, outcome)
    select * from unnest(
      ${accepted.map(() => randomUUID())}::uuid[],
      ${accepted.map(({ session }) => session.source)}::text[],
      ${accepted.map(({ session }) => session.sessionId)}::text[],
      ${accepted.map(({ version }) => version)}::int[],
      ${accepted.map(({ outcome }) => outcome)}::text[])`;
}
