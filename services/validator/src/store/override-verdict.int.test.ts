import { sessionRejected, sessionValidated } from '@millrace/shared/contracts/events';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { lockForErasure } from '@millrace/shared/runtime/erasure/erased-versions';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { untilLockAwaited } from '@millrace/shared/testing/until-lock-awaited';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type JudgedWorld, judgedWorld } from '../testing/judged-world.ts';
import { overrideVerdict } from './override-verdict.ts';

let world: JudgedWorld;
beforeAll(async () => {
  world = await judgedWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`truncate sessions, payloads, verdicts, overrides, audit, outbox, revisions`;
});

const decide = (sessionId: string, verdict: 'kept' | 'rejected', by = 'ann') =>
  overrideVerdict(world.store, { source: 'shop', sessionId, verdict, by, why: 'read it' }, 0);

async function events() {
  const rows = await world.sql<{ topic: string; value: Uint8Array }[]>`
    select topic, value from outbox order by created_at, topic`;
  return rows.map(({ topic, value }) => {
    const data: unknown = JSON.parse(Buffer.from(value).toString('utf8'));
    return topic === topics.sessionValidated.name
      ? { topic, ...sessionValidated.parse(data) }
      : { topic, ...sessionRejected.parse(data) };
  });
}

it('overrideVerdict() keeps a rejected session: cleaned text, one event, a record of who and why', async () => {
  const { sql, take, standing } = world;
  await take([{ id: 'short', messages: 4 }, { id: 'good' }]);
  expect(await standing()).toEqual({ short: 'rejected', good: 'kept' });
  expect(await decide('short', 'kept')).toEqual({
    version: 1,
    from: 'rejected',
    to: 'kept',
    changed: true,
  });
  expect(await standing()).toEqual({ short: 'kept', good: 'kept' });
  const [row] = await sql`
    select verdict, override, jsonb_array_length(cleaned->'conversation_data'->'messages') as messages
    from verdicts where session_id = 'short'`;
  expect(row).toEqual({ verdict: 'rejected', override: 'kept', messages: 4 });
  expect(await events()).toMatchObject([
    { topic: topics.sessionValidated.name, session_id: 'short', version: 1, override: true },
  ]);
  const [record] = await sql`select subject, detail from audit where action = 'verdict_overridden'`;
  expect(record).toMatchObject({
    subject: 'short',
    detail: { by: 'ann', why: 'read it', from: 'rejected', to: 'kept', version: 1, change: 1 },
  });
  expect((await decide('short', 'kept')).changed).toBe(false);
  expect(await events()).toHaveLength(1);
});

it('overrideVerdict() rejects a kept session and takes it back, each time with an event of its own', async () => {
  const { sql, take, standing } = world;
  await take([{ id: 'good' }]);
  await decide('good', 'rejected');
  expect(await standing()).toEqual({ good: 'rejected' });
  await decide('good', 'kept', 'bob');
  expect(await standing()).toEqual({ good: 'kept' });
  expect((await events()).map(({ topic }) => topic).sort()).toEqual([
    topics.sessionRejected.name,
    topics.sessionValidated.name,
  ]);
  expect(await sql`select verdict, decided_by, changes from overrides`).toEqual([
    { verdict: 'kept', decided_by: 'bob', changes: 2 },
  ]);
});

it('overrideVerdict() outlives revisions: a later verdict takes the decision over, with its text', async () => {
  const { sql, take, standing } = world;
  await take([{ id: 'short', messages: 4 }]);
  await decide('short', 'kept');
  const stricter = settingsSchema.parse({ session: { min_session_messages: 30 } });
  await sql`truncate sessions, payloads`;
  await take([{ id: 'short', messages: 4 }], stricter);
  expect(await standing()).toEqual({ short: 'kept' });
  expect(await sql`select verdict, override, cleaned is not null as text from verdicts`).toEqual([
    { verdict: 'rejected', override: 'kept', text: true },
    { verdict: 'rejected', override: 'kept', text: true },
  ]);
});

it('overrideVerdict() outlives revisions: a later verdict under a rejection keeps no text and goes nowhere until it is accepted', async () => {
  const { sql, take, standing } = world;
  await take([{ id: 'good' }]);
  await decide('good', 'rejected');
  await sql`truncate sessions, payloads, outbox`;
  await take([{ id: 'good' }], settingsSchema.parse({ validation: { min_unique_words: 9 } }));
  expect(await standing()).toEqual({ good: 'rejected' });
  const texts = () => sql`
    select verdict, override, cleaned is not null as text from verdicts order by cleaned is not null`;
  expect(await texts()).toEqual([
    { verdict: 'kept', override: 'rejected', text: false },
    { verdict: 'kept', override: 'rejected', text: true }, // it went on before it was rejected
  ]);
  await decide('good', 'kept');
  expect((await texts()).map((row) => row['text'])).toEqual([true, true]);
});

it('overrideVerdict() refuses what has no verdict, no text or no structure, and writes nothing', async () => {
  const { sql, take } = world;
  await take([{ id: 'odd', text: '{"session_id":"odd","conversation_data":{"messages":7}}' }]);
  await take([{ id: 'gone', messages: 4 }]);
  await sql`update sessions set state = 'erased' where session_id = 'gone'`;
  for (const [id, why] of [
    ['odd', 'structure cannot be read'],
    ['gone', 'was erased'],
    ['nobody', 'is not known'],
  ] as const)
    await expect(decide(id, 'kept')).rejects.toThrow(why);
  expect(await sql`select 1 from overrides`).toHaveLength(0);
  expect(await events()).toEqual([]);
});

it('overrideVerdict() waits for an erasure without a table that the erasure needs', async () => {
  const { sql, take } = world;
  await take([{ id: 'asked', messages: 4 }]);
  let decided: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    await lockForErasure(tx);
    decided = decide('asked', 'kept').catch(String);
    await untilLockAwaited(sql);
    await tx`update verdicts set cleaned = null where session_id = 'asked'`;
    await tx`update sessions set state = 'erased' where session_id = 'asked'`;
  });
  expect(await decided).toContain('was erased');
});

it('overrideVerdict() decides on the newest version only', async () => {
  const { sql, take } = world;
  await take([
    { id: 'two', messages: 4 },
    { id: 'two', messages: 5, version: 2 },
  ]);
  expect((await decide('two', 'kept')).version).toBe(2);
  expect(await sql`select version, override from verdicts order by version`).toEqual([
    { version: 1, override: null },
    { version: 2, override: 'kept' },
  ]);
});

it('overrideVerdict() keeps no personal data in the clear of a session that it accepts', async () => {
  const { sql, take } = world;
  const session = aSession({ id: 'told', messages: 4 });
  messageAt(session, 0)['content'] = 'Please write to ann.lee@example.org about the kettle.';
  await take([{ id: 'told', text: JSON.stringify(session) }]);
  await decide('told', 'kept');
  const [row] = await sql`select cleaned::text as text from verdicts`;
  expect(row?.['text']).toContain('[EMAIL_1]');
  expect(row?.['text']).not.toContain('ann.lee');
});
