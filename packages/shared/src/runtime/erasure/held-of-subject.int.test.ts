import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../adapters/postgres/database.ts';
import type { Subject } from '../../domain/erasure.ts';
import type { Sql } from '../../ports/database.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { ledgerScene } from '../../testing/ledger-scene.ts';
import { erase } from './erase.ts';
import { readHeld } from './held-of-subject.ts';
import type { HeldRow } from './held-session.ts';
import { wouldErase } from './holdings.ts';

let database: TestDatabase;
let sql: Sql;
/** Of the scene: three sessions a user, of which those whose number four divides have none. */
const user: Subject = { source: 'app', kind: 'user', id: 'u"2' };
const session: Subject = { source: 'app', kind: 'session', id: 's6' };

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
  await ledgerScene(sql, 40);
  // each row of everybody says whose it is and where it stands
  await sql`update payloads set bytes = convert_to('"canary payloads ' || session_id || '"', 'UTF8')`;
  await sql`update verdicts set cleaned = jsonb_build_object('text', 'canary verdicts ' || session_id) where cleaned is not null`;
  await sql`update examples set content = jsonb_build_object('anchor', 'canary examples ' || id)`;
  await sql`update dead_letters set key = ${Buffer.from([0xff])}, bytes = ${Buffer.from(`{"user_id": ${JSON.stringify(user.id)}, "text": "canary letter`)}`;
});
afterAll(async () => {
  await sql.end({ timeout: 2 });
  await database.drop();
});

async function held(subject: Subject) {
  const sessions: HeldRow[] = [];
  const letters: HeldRow[] = [];
  const rest = await readHeld(sql, subject, {
    session: async (document) => void sessions.push(document),
    deadLetter: async (document) => void letters.push(document),
  });
  const text = JSON.stringify({ sessions, letters, ...rest });
  const canaries = [...text.matchAll(/canary [a-z]+(?: s\d+(?:-\d)?)?/g)].map(([found]) => found);
  return { sessions, letters, rest, text, canaries: canaries.toSorted() };
}

/** Every canary of these sessions in the tables, by one query a table. */
async function planted(ids: readonly string[]): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select 'canary payloads ' || session_id as text from payloads where session_id = any(${[...ids]})
    union all select cleaned->>'text' from verdicts where session_id = any(${[...ids]}) and cleaned is not null
    union all select content->>'anchor' from examples where session_id = any(${[...ids]})`;
  return rows.map(({ text }) => text);
}

const sessionsOf = async ({ id }: Subject): Promise<string[]> =>
  (
    await sql<
      { id: string }[]
    >`select session_id as id from sessions where user_id = ${id} order by 1`
  ).map((row) => row.id);

it('gives everything of a user, with its text, and nothing of others', async () => {
  const ids = await sessionsOf(user);
  expect(ids).toHaveLength(2);
  const found = await held(user);
  expect(found.sessions.map((each) => each['session_id'])).toEqual(ids);
  expect(found.canaries).toEqual([...(await planted(ids)), 'canary letter'].toSorted());
  const { in_kafka_until: _, ...counts } = await wouldErase(sql, user);
  expect(found.rest.receipt).toMatchObject(counts);
  expect(found.rest).toMatchObject({ forgotten: null, subject: user });
  expect(found.rest.datasets).toHaveLength(1);
  expect(found.rest.models.map((each) => each['model_id'])).toEqual(['model-1', 'model-2']);
  expect(found.letters).toMatchObject([
    {
      stage: 'ingestor',
      key: { encoding: 'base64', content: '/w==' },
      bytes: { encoding: 'utf8' },
    },
  ]);
});

it('gives a session with verdicts, findings, a decision on it, side and examples', async () => {
  const { sessions } = await held(session);
  expect(sessions).toMatchObject([
    {
      session_id: 's6',
      side: 'train',
      erased: false,
      versions: [
        {
          version: 1,
          payload: { encoding: 'utf8', content: '"canary payloads s6"' },
          verdicts: [
            { revision: 'v1', verdict: 'rejected', findings: [], override: 'kept', stands: true },
          ],
          override: { verdict: 'kept', why: 'read it', decided_by: 'someone' },
          augmentations: [{ revision: 'e1', side: 'train' }],
        },
      ],
      audit: [{ action: 'verdict_overridden' }],
    },
  ]);
});

it('gives what was gathered of a session that did not close yet, as received', async () => {
  const open: Subject = { source: 'app', kind: 'session', id: 'open-1' };
  const { sessions, rest } = await held(open);
  const event = { encoding: 'utf8', content: '{"message": {}}' };
  expect(sessions).toMatchObject([
    {
      ...{ session_id: 'open-1', erased: false, versions: [], http_accepts: [{ events: 1 }] },
      gathered: { state: 'open', messages: 2, events: [{ user_id: 'u"0', event }, { event }] },
    },
  ]);
  expect(rest.receipt).toMatchObject({ sessions: 1, versions: 0, messages: 2 });
  await erase(sql, { subject: open, by: 'ann', why: 'a letter' });
  const gone = await held(open);
  expect(gone.sessions).toMatchObject([
    { erased: true, gathered: { state: 'erased', events: [{ user_id: null, event: null }, {}] } },
  ]);
  expect(gone.text).not.toContain('u\\"0');
});

it('of a session and of a user that were forgotten, says so and what stays', async () => {
  const ids = await sessionsOf(user);
  await erase(sql, { subject: user, by: 'ann', why: 'a letter' });
  const gone = await held(user);
  expect(gone.canaries).toEqual([]);
  expect(gone.sessions).toEqual([]);
  expect(gone.rest.receipt).toMatchObject({ sessions: 0, examples: 0, dead_letters: 0 });
  expect(gone.rest.forgotten?.receipts).toMatchObject([
    { dead_letters: 1, why: 'a letter' },
    { versions: 2, models: [{ model_id: 'model-1' }, { model_id: 'model-2' }] },
  ]);
  const [id = ''] = ids;
  const one = await held({ source: 'app', kind: 'session', id });
  expect(one.sessions).toMatchObject([
    { session_id: id, erased: true, versions: [{ state: 'erased', payload: null, examples: [] }] },
  ]);
  expect(one.rest.forgotten).not.toBeNull();
  expect(one.rest.datasets).toHaveLength(1);
  expect(one.text).not.toContain('u\\"2');
});

it('of somebody unknown there is nothing, and that is no error', async () => {
  const found = await held({ source: 'app', kind: 'user', id: 'nobody' });
  expect(found).toMatchObject({
    sessions: [],
    letters: [],
    rest: { forgotten: null, datasets: [] },
  });
});
