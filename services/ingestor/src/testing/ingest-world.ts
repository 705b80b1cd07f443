import { createHash, randomUUID } from 'node:crypto';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { stageWorld } from '@millrace/shared/testing/stage-world';
import { expect } from 'vitest';

const { sessionEvents, sessionClosed, trainingRequested, deadLetters } = topics;

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

/** The ingestor's topics on the real broker, its tables in a database of its own. */
export async function ingestWorld() {
  const world = await stageWorld([sessionEvents, sessionClosed, trainingRequested, deadLetters]);
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
      for (const table of ['sessions', 'payloads', 'http_accepts', 'outbox', 'dead_letters']) {
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
