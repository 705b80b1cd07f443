import { createHash, randomUUID } from 'node:crypto';
import {
  type endType,
  groupOfStage,
  messageType,
  type Topic,
  topics,
} from '@millrace/shared/contracts/topics';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { type LooseSession, messageAt } from '@millrace/shared/testing/a-session';
import { stageWorld } from '@millrace/shared/testing/stage-world';
import { expect } from 'vitest';

const { sessionEvents } = topics;

/** A session event as an application publishes it. */
export function sessionEvent(id: string, value: string | Uint8Array): OutgoingRecord {
  return {
    topic: sessionEvents.name,
    key: id,
    value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_type: sessionEvents.type,
      ce_source: 'shop',
    },
  };
}

/** A message or an end of a session, as an application publishes it. */
export function partEvent(
  type: typeof messageType | typeof endType,
  data: { readonly session_id: string; readonly [field: string]: unknown },
): OutgoingRecord {
  const event = sessionEvent(data.session_id, JSON.stringify(data));
  return { ...event, headers: { ...event.headers, ce_type: type } };
}

/** Message `index` of a session that comes by messages, called `m07` and so on. */
export function messageEvent(session: LooseSession, index: number): OutgoingRecord {
  return partEvent(messageType, {
    session_id: String(session.session_id),
    user_id: session.user_id,
    message_id: `m${String(index).padStart(2, '0')}`,
    message: messageAt(session, index),
  });
}

export type IngestWorld = Awaited<ReturnType<typeof ingestWorld>>;

/** Every topic on the real broker, so that the ledger can be read, and the tables in a database of their own. */
export async function ingestWorld() {
  const world = await stageWorld(Object.values<Topic>(topics));
  const { bus } = world.runtime;
  return {
    ...world,
    /** Resolves when the stage has committed everything that was published. */
    caughtUp: () =>
      expect
        .poll(async () => lag(await bus.offsets(groupOfStage('ingestor'), sessionEvents.name)), {
          timeout: 25_000,
          interval: 100,
        })
        .toBe(0),
    /** Every event of a topic, in order, once there are that many. */
    published: async (topic: string, count: number) => {
      const values: unknown[] = [];
      const done = Promise.withResolvers<void>();
      const subscription = await bus.subscribe({
        group: `listener-${randomUUID()}`,
        topics: [topic],
        maxRecords: 1000,
        maxBytes: 1e8,
        onBatch: async ({ records }) => {
          for (const { value } of records)
            values.push(JSON.parse(Buffer.from(value ?? []).toString()));
          if (values.length >= count) done.resolve();
          return (records.at(-1)?.offset ?? 0n) + 1n;
        },
        onStopped: done.reject,
      });
      await done.promise;
      await subscription.stop(5000);
      return values;
    },
    /** Rows of the ingestor's tables, as one hash each. */
    checksums: async () => {
      const sums: Record<string, string> = {};
      const tables = ['sessions', 'payloads', 'gathered_sessions', 'gathered_events'];
      for (const table of [...tables, 'http_accepts', 'outbox', 'dead_letters']) {
        const rows = await world.sql<{ row: string }[]>`
          select t::text as row from ${world.sql(table)} t order by 1`;
        const hash = createHash('sha256').update(rows.map((r) => r.row).join('\n'));
        sums[table] = `${rows.length} ${hash.digest('hex').slice(0, 16)}`;
      }
      return sums;
    },
  };
}

function lag(
  partitions: readonly { begin: bigint; end: bigint; committed: bigint | null }[],
): number {
  return partitions.reduce((sum, p) => sum + Number(p.end - (p.committed ?? p.begin)), 0);
}
