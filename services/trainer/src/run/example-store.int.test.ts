import { connect } from '@millrace/shared/adapters/postgres/database';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { somePairs, storePairs } from '../testing/ready-examples.ts';
import { readyExamples, sessionsOfOtherRevisions } from './example-store.ts';

let database: TestDatabase;
let sql: Sql;
const revision = examplesRevision({ validator: 'v1', augmentor: 'a1' });
beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 2 });
  await storePairs(sql, somePairs(4));
});
afterAll(async () => {
  await sql.end({ timeout: 2 });
  await database.drop();
});

const sessions = async () => {
  const examples = await readyExamples(sql, { modelType: 'embedding', revision });
  return [...new Set(examples.map((example) => example.key.sessionId))].sort();
};

it('readyExamples() leaves out a session that a person rejected, and has it again when it is accepted', async () => {
  const all = ['session 0', 'session 1', 'session 2', 'session 3'];
  expect(await sessions()).toEqual(all);
  await sql`insert into overrides values ('test', 'session 1', 1, 'rejected', 'nonsense', 'ann', 1)`;
  expect(await sessions()).toEqual(all.filter((id) => id !== 'session 1'));
  await sql`update overrides set verdict = 'kept'`;
  expect(await sessions()).toEqual(all);
});

it('sessionsOfOtherRevisions() counts those to be reprocessed, not those that stand as rejected', async () => {
  const other = examplesRevision({ validator: 'v2', augmentor: 'a1' });
  expect(await sessionsOfOtherRevisions(sql, revision)).toBe(0);
  expect(await sessionsOfOtherRevisions(sql, other)).toBe(4);
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics)
    values ('test', 'session 2', 1, 'v2', 'rejected', 0, '[]', '{}')`;
  await sql`
    insert into revisions (stage, revision, settings, last_seen) values ('validator', 'v2', '{}', now() + interval '3 s')
    on conflict (stage, revision) do update set last_seen = excluded.last_seen`;
  expect(await sessionsOfOtherRevisions(sql, other)).toBe(3);
});
