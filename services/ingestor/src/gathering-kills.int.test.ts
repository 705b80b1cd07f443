import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endType } from '@millrace/shared/contracts/topics';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IngestWorld, ingestWorld, messageEvent, partEvent } from './testing/ingest-world.ts';

/** Ingestors as processes of their own, on one topic and one database, killed between the messages of their sessions. */
let world: IngestWorld;
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-gathering-'));
const children: ChildProcess[] = [];
/** Longer than it takes, on a busy machine too, to see that the messages are there and to kill. */
const graceSeconds = 5;

beforeAll(async () => {
  world = await ingestWorld();
  writeFileSync(path.join(folder, 'settings.yaml'), `session: { end_grace: ${graceSeconds} }\n`);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
  rmSync(folder, { recursive: true });
});

function start(): ChildProcess {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      KAFKA_BROKERS: process.env['KAFKA_BROKERS'],
      KAFKA_TOPIC_PREFIX: world.prefix,
      DATABASE_URL: world.url,
      MILLRACE_HTTP_PORT: '0',
      MILLRACE_API_PORT: '0',
      MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
    },
  });
  children.push(child);
  return child;
}

const gathered = async () => {
  const [row] = await world.sql`
    select coalesce(sum(messages + ends), 0)::int as parts, count(*) filter (where state = 'open')::int as open
    from gathered_sessions`;
  return row;
};
const soon = { timeout: 60_000, interval: 50 };

it('an ingestor killed between an end and the last messages loses none of them, and closes no session before they are read', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const parts = (indexes: readonly number[]) =>
    ids.flatMap((id) => indexes.map((i) => messageEvent(aSession({ id }), i)));
  const ends = ids.map((id) => partEvent(endType, { session_id: id }));
  const first = start();
  await world.runtime.bus.publish([...parts([0, 1, 2, 3, 4, 5]), ...ends]);
  // the moment at which the parts are there and, a grace later, would be closed
  await expect.poll(gathered, soon).toMatchObject({ parts: 140, open: 20 });
  first.kill('SIGKILL');
  await once(first, 'close');
  await world.runtime.bus.publish(parts([6, 7, 8, 9, 10, 11]));
  const overdue = async () => {
    const [row] = await world.sql`
      select count(*)::int as n from gathered_sessions where state = 'open' and due_at < now()`;
    return row?.['n'];
  };
  await expect.poll(overdue, soon).toBe(20);
  const [one, two] = [start(), start()];
  await expect.poll(gathered, soon).toEqual({ parts: 260, open: 0 });
  const versions = await world.sql`
    select version, message_count as messages, count(*)::int as n from sessions group by 1, 2`;
  expect([...versions]).toEqual([{ version: 1, messages: 12, n: 20 }]);
  for (const child of [one, two]) {
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
  }
}, 120_000);
