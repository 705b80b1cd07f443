import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { validatorRevision } from './core/validate-session.ts';
import { type RejudgeOptions, rejudge, type VerdictChange } from './rejudge.ts';
import { overrideVerdict } from './store/override-verdict.ts';
import { type JudgedWorld, judgedWorld } from './testing/judged-world.ts';

const usual = settingsSchema.parse({});
const strict = settingsSchema.parse({
  session: { min_session_messages: 14, min_session_duration: 0 },
});
let world: JudgedWorld;
beforeAll(async () => {
  world = await judgedWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`truncate sessions, payloads, verdicts, overrides, audit, outbox, revisions`;
});

interface Run extends Partial<RejudgeOptions> {
  readonly settings: Settings;
}

async function run(options: Run) {
  const changes: VerdictChange[] = [];
  const sums = { sessions: 0, judged: 0, erased: 0, waiting: 0, unreadable: 0 };
  const given = { filter: {}, dryRun: false, signal: new AbortController().signal, now: () => 0 };
  for await (const page of rejudge(world.store, { ...given, ...options })) {
    changes.push(...page.changes);
    for (const key of ['sessions', 'judged', 'erased', 'waiting', 'unreadable'] as const)
      sums[key] += page.counts[key];
  }
  return { changes, sums };
}

/** More than a page of good sessions of 12 messages, long ones, and short ones. */
const many = [
  ...Array.from({ length: 230 }, (_, i) => ({ id: `s${i}`, messages: i % 2 === 0 ? 12 : 16 })),
  { id: 'short', messages: 4 },
];

it('rejudge() lists without writing exactly what it changes then; a second time nothing is left', async () => {
  const { take, standing, sql } = world;
  await take(many);
  const before = await standing();
  const dry = await run({ settings: strict, dryRun: true });
  expect(await standing()).toEqual(before);
  expect(await sql`select 1 from outbox`).toHaveLength(0);
  expect(dry.sums).toMatchObject({ sessions: 231, judged: 231 });
  const done = await run({ settings: strict });
  expect(done.changes).toEqual(dry.changes);
  expect(done.changes).toHaveLength(115);
  expect(done.changes[0]).toEqual({
    source: 'shop',
    session_id: 's0',
    version: 1,
    from: 'kept',
    to: 'rejected',
    codes: ['too_few_messages'],
  });
  const after = await standing();
  for (const { session_id, from, to } of dry.changes) {
    expect(before[session_id]).toBe(from);
    expect(after[session_id]).toBe(to);
  }
  const moved = Object.keys(after).filter((id) => after[id] !== before[id]);
  expect(moved.sort()).toEqual(dry.changes.map((change) => change.session_id).sort());
  expect(await sql`select 1 from outbox`).toHaveLength(231);
  const again = await run({ settings: strict });
  expect(again).toEqual({ changes: [], sums: { ...done.sums, judged: 0 } });
  expect(await sql`select 1 from outbox`).toHaveLength(231);
});

it('rejudge() back to old settings makes the old verdicts stand, without judging again', async () => {
  const { take, standing } = world;
  await take(many.slice(0, 6));
  const first = await standing();
  const there = await run({ settings: strict });
  const back = await run({ settings: usual });
  expect(back.sums.judged).toBe(0);
  expect(back.changes.map(({ session_id, from, to }) => [session_id, from, to])).toEqual(
    there.changes.map(({ session_id, from, to }) => [session_id, to, from]),
  );
  expect(await standing()).toEqual(first);
});

it('rejudge() that was cut off changes nothing yet, and goes on where it stopped', async () => {
  const { take, standing, sql } = world;
  await take(many);
  const before = await standing();
  const stop = new AbortController();
  const cut = rejudge(world.store, {
    ...{ settings: strict, filter: {}, dryRun: false, signal: stop.signal, now: () => 0 },
  });
  await cut.next();
  stop.abort(new Error('cut off'));
  await expect(cut.next()).rejects.toThrow('cut off');
  expect(await standing()).toEqual(before);
  const done = await run({ settings: strict });
  expect(done.sums.judged).toBe(31);
  expect(done.changes).toHaveLength(115);
  const rows = await sql`select 1 from verdicts where revision = ${validatorRevision(strict)}`;
  expect(rows).toHaveLength(231);
});

it('rejudge() leaves what a person decided, what is erased, and says what it could not do', async () => {
  const { take, standing, store, sql } = world;
  await take([{ id: 'a' }, { id: 'b' }, { id: 'gone' }, { id: 'changed' }]);
  const by = { source: 'shop', by: 'ann', why: 'read it' };
  await overrideVerdict(store, { ...by, sessionId: 'a', verdict: 'rejected' }, 0);
  await overrideVerdict(store, { ...by, sessionId: 'a', verdict: 'kept' }, 0);
  await sql`update sessions set state = 'erased' where session_id = 'gone'`;
  await sql`update payloads set bytes = 'x' where session_id = 'changed'`;
  const { changes, sums } = await run({ settings: strict });
  expect(changes.map(({ session_id }) => session_id)).toEqual(['b']);
  expect(sums).toEqual({ sessions: 4, judged: 2, erased: 1, waiting: 0, unreadable: 1 });
  expect(await standing()).toEqual({ a: 'kept', b: 'rejected', gone: 'kept', changed: 'kept' });
});

it('rejudge() of a part looks at that part only, and does not make its settings current', async () => {
  const { take, standing } = world;
  await take([{ id: 'a' }, { id: 'short', messages: 4 }]);
  const mild = settingsSchema.parse({
    session: { min_session_messages: 2, min_session_duration: 0 },
  });
  const part = await run({ settings: mild, filter: { rejected: true } });
  expect(part.changes).toMatchObject([{ session_id: 'short', from: 'rejected', to: 'kept' }]);
  expect(await standing()).toEqual({ a: 'kept', short: 'rejected' });
  expect((await run({ settings: mild, filter: { sessionId: 'a' } })).sums.sessions).toBe(1);
  const late = { since: new Date('2027-01-01') };
  expect((await run({ settings: mild, filter: late })).sums.sessions).toBe(0);
  await run({ settings: mild });
  expect(await standing()).toEqual({ a: 'kept', short: 'kept' });
});
