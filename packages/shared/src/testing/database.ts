import { randomUUID } from 'node:crypto';
import { connect } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrate.ts';

export interface TestDatabase {
  readonly url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Whether PgBouncer stands before the test's server (MILLRACE_TEST_POOLER=1). What a test says of one connection does not
 * hold there: which process of the server answers is the pooler's choice.
 */
export const throughPooler: boolean =
  process.env['DATABASE_URL']?.includes('pgbouncer=true') ?? false;

/**
 * A database of its own for a test file, on the server of DATABASE_URL: created, migrated, dropped at the end.
 * About 0.2 s.
 */
export async function testDatabase(
  options: { readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined)
    throw new TypeError('DATABASE_URL is not set: run by `vitest --project int`');
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await onServer(server, `create database ${name}`);
  if (options.migrated ?? true) await migrate(url.href);
  return {
    url: url.href,
    drop: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const sql = connect(url);
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 2 });
  }
}
