import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { topics } from '@millrace/shared/contracts/topics';
import type { MessageBus } from '@millrace/shared/ports/message-bus';
import { silentLogger } from '@millrace/shared/testing/silent';
import type { Place } from './millrace.ts';
import { withSql } from './tables.ts';

/** Everything that a fleet holds or says, by where: `table payloads`, `topic millrace.session.events`, `log ingestor`, ... */
export async function everythingOf(fleet: Place): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await withSql(fleet.databaseUrl, async (sql) => {
    const tables = await sql<{ schema: string; name: string }[]>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
    for (const { schema, name } of tables) {
      const rows = await sql<{ row: string }[]>`
        select to_jsonb(t)::text as row from ${sql(schema)}.${sql(name)} t`;
      found.set(`table ${name}`, rows.map(({ row }) => withBytes(row)).join('\n'));
    }
  });
  await withBus(fleet, async (bus) => {
    for (const { name } of Object.values(topics))
      found.set(`topic ${name}`, await recordsOf(bus, name));
  });
  for (const file of readdirSync(path.join(fleet.stateFolder, 'logs')))
    found.set(`log ${file}`, readFileSync(path.join(fleet.stateFolder, 'logs', file), 'utf8'));
  for (const folder of ['data', 'models', 'out'])
    for (const file of filesUnder(path.join(fleet.stateFolder, folder)))
      found.set(`file ${path.relative(fleet.stateFolder, file)}`, readFileSync(file, 'utf8'));
  return found;
}

const filesUnder = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [];

/** bytea prints as `\\x6a61...`: what the bytes say is put beside it. */
const withBytes = (row: string): string =>
  row.replace(/"\\\\x([0-9a-f]*)"/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('utf8'));

export async function withBus<T>(fleet: Place, work: (bus: MessageBus) => Promise<T>): Promise<T> {
  const environment = readEnvironment({ ...process.env, ...fleet.env });
  const bus = kafkaBus(environment, { name: 'canaries', logger: silentLogger });
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}

/** Keys, headers and values of all records of a topic, as text. */
async function recordsOf(bus: MessageBus, topic: string): Promise<string> {
  const group = `reader-${randomUUID()}`;
  const offsets = await bus.offsets(group, topic);
  let missing = offsets.reduce((sum, { begin, end }) => sum + Number(end - begin), 0);
  if (missing === 0) return '';
  const texts: string[] = [];
  const done = Promise.withResolvers<void>();
  const utf8 = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8');
  const subscription = await bus.subscribe({
    group,
    topics: [topic],
    maxRecords: 1000,
    maxBytes: 1e8,
    onBatch: async ({ records }) => {
      for (const { key, value, headers } of records)
        texts.push(utf8(key), utf8(value), JSON.stringify(headers));
      missing -= records.length;
      if (missing <= 0) done.resolve();
      return (records.at(-1)?.offset ?? 0n) + 1n;
    },
    onStopped: done.reject,
  });
  await done.promise;
  await subscription.stop(5000);
  return texts.join('\n');
}
