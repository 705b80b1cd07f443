import postgres from 'postgres';
import { StackError } from './stack-error.ts';

const DUPLICATE_DATABASE = '42P04';

/**
 * Makes an empty database on the server of a URL and gives back its URL; one of the same name is left as it is.
 * @param name lower-case letters, digits and underscores, at most 63
 * @param template database to copy; nobody may be connected to it
 */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template?: string,
): Promise<string> {
  const copyOf = template === undefined ? '' : ` template ${quoted(template)}`;
  await onServer(serverUrl, `create database ${quoted(name)}${copyOf}`, [DUPLICATE_DATABASE]);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Removes a database and ends whoever is connected to it; nothing happens when there is none. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, `drop database if exists ${quoted(name)} with (force)`, []);
}

async function onServer(serverUrl: string, statement: string, tolerated: readonly string[]) {
  const url = new URL(serverUrl);
  url.searchParams.delete('pgbouncer'); // ours, see @millrace/shared's database.ts: the driver would send it
  const sql = postgres(url.href, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await sql.unsafe(statement);
  } catch (error) {
    const known = error instanceof postgres.PostgresError && tolerated.includes(error.code);
    if (!known) throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new StackError(`${JSON.stringify(name)} is no database name`, { exitCode: 2 });
  }
  return `"${name}"`;
}
