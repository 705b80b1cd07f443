import { deadlines } from '@millrace/shared/adapters/postgres/database';
import { type Diagnosis, ok, warning } from './check.ts';

/** What the server does by itself to connections of our role, milliseconds; 0 is never. */
export interface DeadlineFacts {
  readonly statementMs: number;
  readonly idleInTransactionMs: number;
}

/**
 * Whether the server ends what takes too long where we cannot say so: PgBouncer takes no start-up parameters. Without it a
 * statement, or a lock of a process that was frozen, lasts for ever.
 */
export function deadlineCheck({ statementMs, idleInTransactionMs }: DeadlineFacts): Diagnosis {
  const says = `a statement ${shown(statementMs)}, a silent transaction ${shown(idleInTransactionMs)}`;
  // later than that, the client has given up before
  const isSound = (ms: number, ours: number): boolean => ms > 0 && ms <= ours + 5_000;
  if (
    isSound(statementMs, deadlines.statementMs) &&
    isSound(idleInTransactionMs, deadlines.idleInTransactionMs)
  )
    return ok('deadlines', says);
  return warning(
    'deadlines',
    `${says}: alter role ... set statement_timeout = '${deadlines.statementMs / 1000}s', and set idle_in_transaction_session_timeout = '${deadlines.idleInTransactionMs / 1000}s'`,
  );
}

const shown = (ms: number): string => (ms === 0 ? 'has none' : `${ms / 1000} s`);
