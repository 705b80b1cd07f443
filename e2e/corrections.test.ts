import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Place, place, samples } from './millrace.ts';
import { withSql } from './tables.ts';

/** What was decided is corrected: by a person, and by other settings. The tests build on each other. */
let fleet: Place;

beforeAll(async () => {
  fleet = await place();
  await fleet.run(['up']);
  await settle();
});
afterAll(() => fleet.remove());

/** Everything published, and published again, has come to its end; the ledger balances. */
async function settle(): Promise<void> {
  const { stdout } = await fleet.run(['publish', samples, '--wait', '--json']);
  expect(JSON.parse(stdout).ledger.balanced).toBe(true);
}

/** Fewer messages at most, and any length of time. */
const other = { session: { max_session_messages: 11, min_session_duration: 0 } };

/** Settings of the commands from now on; the services keep those that they were started with. */
function set(sections: Readonly<Record<string, unknown>>): void {
  const file = path.join(fleet.stateFolder, 'settings.yaml');
  const { storage } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ storage, ...sections }));
}

const json = async (args: readonly string[]) =>
  JSON.parse((await fleet.run([...args, '--json'])).stdout);

const count = (text: string): Promise<number> =>
  withSql(fleet.databaseUrl, async (sql) => (await sql.unsafe(text)).length);

test('corrections: an accepted session goes on to its examples, once, with a record', async () => {
  const rejected: { session_id: string; codes: string[] }[] = await json(['rejected', 'list']);
  const short = rejected.find(({ codes }) => codes.includes('too_few_messages'));
  const id = short?.session_id ?? '';
  expect((await json(['rejected', 'show', id])).findings.length).toBeGreaterThan(0);
  const accept = ['rejected', 'accept', id, '--why', 'short, but good', '--by', 'ann'];
  expect(await json(accept)).toMatchObject({ from: 'rejected', to: 'kept', changed: true });
  await settle();
  expect(await count(`select 1 from augmentations where session_id = '${id}'`)).toBe(1);
  expect(await json(accept)).toMatchObject({ changed: false });
  await settle();
  expect(await count(`select 1 from augmentations where session_id = '${id}'`)).toBe(1);
  expect(await count(`select 1 from audit where detail->>'by' = 'ann'`)).toBe(1);
  const left: { session_id: string }[] = await json(['rejected', 'list']);
  expect(left).toHaveLength(rejected.length - 1);
});

test('corrections: the payloads of rejected sessions are exported as they came, and said to hold text', async () => {
  const file = path.join(fleet.stateFolder, 'rejected.jsonl');
  const { stderr } = await fleet.run(['rejected', 'export', file, '--code', 'too_short_duration']);
  expect(stderr).toContain('holds what people wrote');
  const published = readFileSync(samples, 'utf8').split('\n');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(published).toContain(line);
});

test('corrections: a kept session is rejected by a person, and stays so when it is judged again below', async () => {
  const [kept] = await withSql(
    fleet.databaseUrl,
    (sql) => sql`
      select session_id from verdicts v join sessions s using (source, session_id, version)
      where v.verdict = 'kept' and v.override is null and s.message_count <= 11 order by session_id limit 1`,
  );
  const reject = ['rejected', 'reject', kept?.['session_id'], '--why', 'no good example'];
  expect(await json(reject)).toMatchObject({ from: 'kept', to: 'rejected', changed: true });
  await settle();
});

test('corrections: reprocess does what its dry run says, sends the new ones on, and has nothing left', async () => {
  set(other);
  const dry = await json(['reprocess', 'validator', '--dry-run']);
  const moves = new Set(dry.changes.map((c: { from: string; to: string }) => `${c.from} ${c.to}`));
  expect(moves).toEqual(new Set(['kept rejected', 'rejected kept']));
  const done = await json(['reprocess', 'validator']);
  expect(done.changes).toEqual(dry.changes);
  expect(done.current).toBe(true);
  await settle();
  const again = await json(['reprocess', 'validator']);
  expect(again).toMatchObject({ changes: [], counts: { judged: 0 } });
  for (const { session_id, to } of done.changes)
    expect(
      await count(`
        select 1 from augmentations a join revisions x on x.revision = a.revision and x.stage = 'examples'
        where session_id = '${session_id}' and x.settings->>'validator' = '${done.revision}'`),
      session_id,
    ).toBe(to === 'kept' ? 1 : 0);
});

test('corrections: reprocess of the augmentor changes the examples that its dry run names', async () => {
  set({ ...other, augmentation: { techniques: ['deletion'] } });
  const dry = await json(['reprocess', 'augmentor', '--dry-run']);
  expect(dry.changes.length).toBeGreaterThan(0);
  const done = await json(['reprocess', 'augmentor']);
  expect(done.changes).toEqual(dry.changes);
  await settle();
  expect(await json(['reprocess', 'augmentor'])).toMatchObject({
    changes: [],
    counts: { made: 0 },
  });
});

test('corrections: going back to the settings of before makes their verdicts stand again', async () => {
  set({});
  const back = await json(['reprocess', 'validator']);
  expect(back.counts.judged).toBe(0);
  expect(back.changes.length).toBeGreaterThan(0);
  await settle();
  expect((await json(['ledger'])).balanced).toBe(true);
});
