import type { Sql, Transaction } from '../../ports/database.ts';
import type { DeliveryStore, OutboxRow } from '../../ports/delivery-store.ts';
import { translateDatabaseError } from './translate.ts';

/** The transport's tables on Postgres. A batch goes in as one statement, an array a column. */
export function deliveryStore(sql: Sql): DeliveryStore {
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translateDatabaseError(error);
    }
  };
  return {
    ...tables,
    read: (work) => run(() => work(sql)),
    transaction: async (work) => {
      // through a box: the driver's own type unwraps arrays of promises
      const { value } = await run(() => sql.begin(async (tx) => ({ value: await work(tx) })));
      return value;
    },
    progressAt: ({ stage, topic, partition }) =>
      run(async () => {
        const [row] = await sql<{ next: string }[]>`
          select next_offset::text as next from progress
          where stage = ${stage} and topic = ${topic} and partition = ${partition}`;
        return row === undefined ? null : BigInt(row.next);
      }),
    rebaseProgress: ({ stage, topic, partition }, { from, to }) =>
      run(async () => {
        await sql`
          update progress set first_offset = first_offset - next_offset + ${String(to)}::bigint,
            next_offset = ${String(to)}::bigint
          where stage = ${stage} and topic = ${topic} and partition = ${partition}
            and next_offset = ${String(from)}::bigint`;
      }),
    deleteOutbox: (ids) =>
      run(async () => {
        if (ids.length > 0) await sql`delete from outbox where id = any(${[...ids]}::uuid[])`;
      }),
    sweepOutbox: (options, publish) => run(() => sweep(sql, options, publish)),
    outboxState: () =>
      run(async () => {
        const [row] = await sql<{ rows: number; oldest: number }[]>`
          select count(*)::int as rows, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
          from outbox`;
        return { rows: row?.rows ?? 0, oldestSeconds: row?.oldest ?? 0 };
      }),
    ping: () => run(async () => void (await sql`select 1`)),
  };
}

const tables = {
  lockProgress: async (tx, place, firstOffset) => {
    // the update changes nothing; it takes the row's lock and gives the row back, present or just made
    const [row] = await tx<{ nextOffset: string }[]>`
      insert into progress (stage, topic, partition, first_offset, next_offset, duplicate, superseded, erased, noted)
      values (${place.stage}, ${place.topic}, ${place.partition}, ${String(firstOffset)}, ${String(firstOffset)}, 0, 0, 0, 0)
      on conflict (stage, topic, partition) do update set stage = excluded.stage
      returning next_offset::text as "nextOffset"`;
    return BigInt(row?.nextOffset ?? firstOffset);
  },
  advanceProgress: async (tx, place, nextOffset, counted) => {
    await tx`
      update progress set
        next_offset = greatest(next_offset, ${String(nextOffset)}::bigint),
        duplicate = duplicate + ${counted.duplicate},
        superseded = superseded + ${counted.superseded},
        erased = erased + ${counted.erased},
        noted = noted + ${counted.noted}
      where stage = ${place.stage} and topic = ${place.topic} and partition = ${place.partition}`;
  },
  appendOutbox: async (tx, rows) => {
    if (rows.length === 0) return;
    await tx`
      insert into outbox (id, topic, key, headers, value)
      select * from unnest(
        ${rows.map((r) => r.id)}::uuid[],
        ${rows.map((r) => r.topic)}::text[],
        ${rows.map((r) => r.key)}::text[],
        ${rows.map((r) => JSON.stringify(r.headers))}::text[]::jsonb[],
        ${tx.array(
          rows.map((r) => Buffer.from(r.value)),
          1001,
        )}
      )
      on conflict (id) do nothing`;
  },
  appendDeadLetters: async (tx, rows) => {
    if (rows.length === 0) return [];
    const written = await tx<{ id: string }[]>`
      insert into dead_letters (id, stage, topic, partition, record_offset, key, headers, bytes, sha256, code, message)
      select * from unnest(
        ${rows.map((r) => r.id)}::uuid[],
        ${rows.map((r) => r.stage)}::text[],
        ${rows.map((r) => r.topic)}::text[],
        ${rows.map((r) => r.partition)}::int[],
        ${rows.map((r) => String(r.offset))}::bigint[],
        ${tx.array(
          rows.map((r) => r.key && Buffer.from(r.key)),
          1001,
        )},
        ${rows.map((r) => JSON.stringify(r.headers))}::text[]::jsonb[],
        ${tx.array(
          rows.map((r) => r.bytes && Buffer.from(r.bytes)),
          1001,
        )},
        ${rows.map((r) => r.sha256)}::text[],
        ${rows.map((r) => r.code)}::text[],
        ${rows.map((r) => r.message)}::text[]
      )
      on conflict (stage, topic, partition, record_offset, sha256) do nothing returning id`;
    const ids = new Set(written.map((row) => row.id));
    return rows.filter((row) => ids.has(row.id));
  },
} satisfies Partial<DeliveryStore>;

async function sweep(
  sql: Sql,
  options: { readonly olderThanMs: number; readonly limit: number },
  publish: (rows: readonly OutboxRow[]) => Promise<void>,
): Promise<number> {
  const { published } = await sql.begin(async (tx) => {
    const rows = await claim(tx, options);
    if (rows.length === 0) return { published: 0 };
    await publish(rows);
    await tx`delete from outbox where id = any(${rows.map((r) => r.id)}::uuid[])`;
    return { published: rows.length };
  });
  return published;
}

/** Not "id greater than the last": ids commit out of order, and such a reader passes rows over. */
async function claim(
  tx: Transaction,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
): Promise<readonly OutboxRow[]> {
  return tx<OutboxRow[]>`
    select id, topic, key, headers, value from outbox
    where created_at <= now() - make_interval(secs => ${olderThanMs / 1000})
    order by created_at, id limit ${limit} for update skip locked`;
}
