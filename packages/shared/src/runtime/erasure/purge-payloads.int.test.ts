import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../adapters/postgres/database.ts';
import { readLedger } from '../../adapters/postgres/ledger-facts.ts';
import type { Sql } from '../../ports/database.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { ledgerScene, sceneOffsets } from '../../testing/ledger-scene.ts';
import { purgeablePayloads, purgePayloads } from './purge-payloads.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
  await ledgerScene(sql, 1300);
  await sql`update sessions set received_at = now() - interval '40 days' where session_id not in ('s1', 's2', 's3')`;
});
afterAll(async () => {
  await sql.end({ timeout: 2 });
  await database.drop();
});

const withPayload = async () =>
  (await sql<{ id: string }[]>`select session_id as id from payloads order by 1`).map(
    ({ id }) => id,
  );

it('deletes old payloads that nothing waits for, page by page and on record, and the ledger balances', async () => {
  const bus = await sceneOffsets(sql);
  expect((await readLedger(sql, bus)).problems).toEqual([]);
  const expected = await purgeablePayloads(sql, 30);
  expect(await purgePayloads(sql, 30)).toEqual(expected);
  // three are young, one waits for the validator, one for the augmentor
  expect(await withPayload()).toEqual(['s1', 's2', 's3', 'way-1', 'way-2']);
  expect(expected.payloads).toBe(1300 + 3 - 5 - 1); // and one was erased before
  expect((await readLedger(sql, bus)).problems).toEqual([]);
  const records = await sql`select detail from audit where action = 'payloads_purged'`;
  expect(records.length).toBe(3);
});

it('finds nothing the next time, and the young ones when they are old enough', async () => {
  expect(await purgePayloads(sql, 30)).toEqual({ payloads: 0, bytes: 0 });
  expect((await purgePayloads(sql, 0.000_001)).payloads).toBe(3);
  expect(await withPayload()).toEqual(['way-1', 'way-2']);
});
