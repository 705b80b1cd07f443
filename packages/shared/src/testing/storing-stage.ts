import { topics } from '../contracts/topics.ts';
import { PoisonError } from '../domain/errors.ts';
import { sha256Hex } from '../domain/hash.ts';
import type { Transaction } from '../ports/database.ts';
import { defineStage, type StageEvent } from '../runtime/stage.ts';

interface Stored {
  readonly id: string;
  readonly event: StageEvent<unknown>;
}

export interface StoringOptions {
  /** Runs before the rows are written. */
  readonly beforeSave?: (ids: readonly string[], tx: Transaction) => Promise<void>;
  /** Runs after them, inside the transaction. */
  readonly afterSave?: (ids: readonly string[], tx: Transaction) => Promise<void>;
  readonly beforeLoad?: (ids: readonly string[]) => Promise<void>;
  /** A step with a model; without it the stage has none. */
  readonly measure?: (ids: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly decide?: (id: string) => void;
}

/**
 * A stage for tests of the runtime: stores a session's bytes by its id (version 1), sends session.closed. An id of the
 * form `poison-decide...` or `poison-save...` is refused in that step.
 */
export const storingStage = (options: StoringOptions = {}) =>
  defineStage({
    name: 'ingestor',
    consumes: topics.sessionEvents,
    produces: [topics.sessionClosed],
    load: async (events) => {
      await options.beforeLoad?.(events.map(idOf));
      return null;
    },
    ...(options.measure !== undefined && {
      measure: async (events, facts, signal) => {
        await options.measure?.(events.map(idOf), signal);
        return facts;
      },
    }),
    decide: (event): Stored => {
      const id = idOf(event);
      options.decide?.(id);
      if (id.startsWith('poison-decide'))
        throw new PoisonError('MILLRACE_FORMAT_TEST', `refused while deciding`);
      return { id, event };
    },
    save: async (decided, tx) => {
      const stored = decided.map((d) => d.decision);
      const ids = stored.map((s) => s.id);
      await options.beforeSave?.(ids, tx);
      if (ids.some((id) => id.startsWith('poison-save')))
        throw new PoisonError('MILLRACE_FORMAT_TEST', 'refused while saving');
      const fresh = await insert(stored, tx);
      await options.afterSave?.(ids, tx);
      const seen = new Set<string>();
      const isNew = (id: string): boolean =>
        fresh.has(id) && !seen.has(id) && seen.add(id) !== undefined;
      const news = stored.filter((s) => isNew(s.id));
      return {
        outcomes: stored.map((s) => (news.includes(s) ? 'applied' : 'duplicate')),
        outputs: news.map(({ id, event }) => ({
          topic: topics.sessionClosed,
          naturalKey: ['test', id, 1],
          key: id,
          data: {
            source: 'test',
            session_id: id,
            version: 1,
            payload_sha256: sha256Hex(event.bytes),
            session_sha256: sha256Hex(id),
            message_count: 0,
            bytes: event.bytes.byteLength,
          },
          traceparent: event.envelope.traceparent,
        })),
      };
    },
  });

function idOf(event: StageEvent<unknown>): string {
  const data: unknown = event.data;
  return typeof data === 'object' && data !== null && 'session_id' in data
    ? String(data.session_id)
    : '';
}

async function insert(stored: readonly Stored[], tx: Transaction): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }[]>`
    insert into sessions (source, session_id, version, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
    select 'test', s.id, 1, 'closed', s.sha, s.id, 0, s.bytes, 'kafka', 'epoch'
    from unnest(
      ${stored.map((s) => s.id)}::text[],
      ${stored.map((s) => sha256Hex(s.event.bytes))}::text[],
      ${stored.map((s) => s.event.bytes.byteLength)}::int[]
    ) as s(id, sha, bytes)
    on conflict do nothing returning session_id as id`;
  const fresh = new Set(rows.map((row) => row.id));
  const news = stored.filter((s) => fresh.has(s.id));
  await tx`
    insert into payloads (source, session_id, version, bytes)
    select 'test', p.id, 1, p.bytes
    from unnest(${news.map((s) => s.id)}::text[], ${tx.array(
      news.map((s) => Buffer.from(s.event.bytes)),
      1001,
    )}) as p(id, bytes)
    on conflict do nothing`;
  return fresh;
}
