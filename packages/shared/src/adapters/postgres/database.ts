/**
 * The database: two postgres.js clients in one process, for drizzle changes the parsers of the client it is given.
 *
 * States of a connection: connecting (at most 10 s) -> idle (closed after 30 s) -> busy (at most `statementMs` a
 * statement, by the server; silence beyond it ends the connection, see socket.ts) -> gone. No session state lives in
 * a connection, so a transaction pooler may stand between: `?pgbouncer=true` in the URL leaves out start-up
 * parameters and named statements; the deadlines of the server are then the role's (docs/operations.md).
 */
import postgres from 'postgres';
import type { Settings } from '../../contracts/settings.ts';
import { UserError } from '../../domain/errors.ts';
import type { Sql } from '../../ports/database.ts';
import { drizzle } from './drizzle.ts';
import { deadlineSocket } from './socket.ts';

/** What the server ends, milliseconds: a statement, and a transaction whose client says nothing. */
export const deadlines = { statementMs: 20_000, idleInTransactionMs: 60_000 } as const;

export interface DatabaseOptions {
  /** Connections at most, of the hot path. */
  readonly max?: number;
  /** Server's deadline of one statement, milliseconds; default that of {@link deadlines}. */
  readonly statementMs?: number;
  /** Silence after which a connection is given up; default 5 s more than `statementMs`. */
  readonly silenceMs?: number;
  /** Shown by `pg_stat_activity`. */
  readonly name?: string;
}

export interface Database {
  /** The hot path: batches through `unnest`. */
  readonly raw: Sql;
  /** Typed queries for everything that is not hot. */
  readonly db: ReturnType<typeof drizzle>;
  /** Idempotent; waits up to 5 s for what runs. */
  close(): Promise<void>;
}

/** `db_pool_size + db_max_overflow` bounds the raw client; opens nothing until the first query. */
export function openDatabase(
  url: string,
  settings: Settings['database'],
  options: DatabaseOptions = {},
): Database {
  const max = options.max ?? settings.db_pool_size + settings.db_max_overflow;
  const raw = connect(url, { ...options, max });
  const second = connect(url, { ...options, max: 2 });
  return {
    raw,
    db: drizzle(second),
    close: async () => {
      await Promise.all([raw.end({ timeout: 5 }), second.end({ timeout: 5 })]);
    },
  };
}

/** One client. For programs that need only a few statements; services use openDatabase. */
export function connect(url: string, options: DatabaseOptions = {}): Sql {
  const { max = 1, statementMs = deadlines.statementMs, name = 'millrace' } = options;
  const silenceMs = options.silenceMs ?? statementMs + 5_000;
  const { pooled, cleanUrl } = readUrl(url);
  let attempt = 0;
  const common = {
    max,
    prepare: !pooled,
    idle_timeout: 30,
    connect_timeout: 10,
    backoff: (retries: number) => Math.min(5, 0.1 * 2 ** retries),
    onnotice: () => {},
    connection: pooled
      ? { application_name: name }
      : {
          application_name: name,
          statement_timeout: statementMs,
          idle_in_transaction_session_timeout: deadlines.idleInTransactionMs,
        },
    socket: (parsed: { host: string[]; port: number[]; path?: string | false; ssl?: unknown }) =>
      deadlineSocket(parsed, attempt++, silenceMs),
  };
  return postgres(cleanUrl, common);
}

function readUrl(url: string): { pooled: boolean; cleanUrl: string } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new UserError(
      'MILLRACE_INPUT_ENVIRONMENT',
      'DATABASE_URL: must look like postgres://user@host:port/database',
      { exitCode: 2 },
    );
  }
  const pooled = parsed.searchParams.get('pgbouncer') === 'true';
  parsed.searchParams.delete('pgbouncer');
  return { pooled, cleanUrl: parsed.href };
}
