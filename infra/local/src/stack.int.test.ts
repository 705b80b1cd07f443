import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createDatabase, dropDatabase } from './create-database.ts';
import { isBrokerReady } from './kafka-probe.ts';

const kafkaBrokers = process.env['KAFKA_BROKERS'] ?? '';
const databaseUrl = process.env['DATABASE_URL'] ?? '';

test('the set-up hands every test a broker that answers', async () => {
  const [first = ''] = kafkaBrokers.split(',');
  expect(await isBrokerReady(Number(first.split(':')[1]))).toBe(true);
});

test('createDatabase() makes an empty database, twice without harm, and dropDatabase() removes it', async () => {
  const url = await createDatabase(databaseUrl, 'stack_int_test');
  expect(await createDatabase(databaseUrl, 'stack_int_test')).toBe(url);
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`select current_database() as name`;
  expect(row?.['name']).toBe('stack_int_test');
  await dropDatabase(databaseUrl, 'stack_int_test');
  await sql.end();
  const names = postgres(databaseUrl, { max: 1 });
  const found = await names`select 1 from pg_database where datname = 'stack_int_test'`;
  await names.end();
  expect(found).toHaveLength(0);
});
