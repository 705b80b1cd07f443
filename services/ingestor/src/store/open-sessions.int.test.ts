import { openDatabase } from '@millrace/shared/adapters/postgres/database';
import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import { testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aGatheredEvent } from '../testing/a-gathered-event.ts';
import { closeSessions, readingAwaited } from './close-sessions.ts';
import { gatherEvents } from './gather-events.ts';

/** What is asked of the open sessions, on a real database. */
const settings = settingsSchema.parse({});
let own: Awaited<ReturnType<typeof testDatabase>>;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase(own.url, settings.database, { max: 2, name: 'test' });
});
beforeEach(async () => {
  await database.raw`truncate gathered_sessions, gathered_events, sessions, payloads`;
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

it('keeps no row of a session of which nothing was taken: it would close without a message', async () => {
  const tooMuch = 'x'.repeat(sessionLimits.sessionBytes);
  const end = aGatheredEvent('end', { metadata: { note: tooMuch } });
  await database.raw.begin(async (tx) => {
    const [outcome] = await gatherEvents(tx, [end], settings.session);
    expect(outcome).toBeInstanceOf(PoisonError);
  });
  expect([...(await database.raw`select session_id from gathered_sessions`)]).toEqual([]);
});

it('reads no session that is not due, however many are open', async () => {
  await database.raw`
    insert into gathered_sessions (source, session_id, state, messages, ends, bytes, versions, opened_at, due_at, received_at, partition)
    select 'shop', 's' || i, 'open', 3, 0, 1000, 0, now(), now() + interval '1 hour', now(), i % 12
    from generate_series(1, 20000) i`;
  await database.raw`analyze gathered_sessions`;
  await database.raw.begin(async (tx) => {
    // of the connection: what earlier transactions read stands in it until the server has taken it over
    const rowsRead = async () => {
      const [read] = await tx<{ rows: number }[]>`
        select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'gathered_sessions'`;
      return read?.rows;
    };
    const before = await rowsRead();
    await readingAwaited(tx);
    expect(await closeSessions(tx, new Map(), { sessions: 200, bytes: 1e6 })).toEqual([]);
    expect(await rowsRead()).toBe(before);
  });
});

it('closes what its partition was read far enough for, what is complete, and what came by HTTP alone', async () => {
  const of = (sessionId: string, partition: number | null, count: number) => ({
    ...aGatheredEvent('end', { session_id: sessionId, message_count: count }),
    sessionId,
    partition,
  });
  const ends = [
    of('read', 1, 9),
    of('unread', 0, 9),
    of('unknown', 7, 9),
    of('http', null, 9),
    of('complete', 0, 0),
  ];
  await database.raw.begin((tx) => gatherEvents(tx, ends, { ...settings.session, end_grace: 0 }));
  const readTimes = new Map([
    [0, { readAtMs: null, next: null }],
    [1, { readAtMs: Date.now() + 60_000, next: null }],
  ]);
  const { closed } = await database.raw.begin(async (tx) => ({
    closed: await closeSessions(tx, readTimes, { sessions: 200, bytes: 1e6 }),
  }));
  const ids = closed.map(({ assigned }) => assigned.session.sessionId);
  expect(ids.toSorted()).toEqual(['complete', 'http', 'read']);
});
