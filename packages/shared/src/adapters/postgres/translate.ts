import postgres from 'postgres';
import { InvariantError, PoisonError, TransientError } from '../../domain/errors.ts';

/**
 * A driver's error in the product's three classes. Only the SQLSTATE and the names of tables and constraints are
 * taken over: the server's text and detail quote the values that it refused.
 * @see PostgreSQL manual, appendix A
 */
export function translateDatabaseError(error: unknown): Error {
  if (error instanceof postgres.PostgresError) {
    const state = error.code;
    const where = [error.table_name, error.constraint_name, error.routine]
      .filter(Boolean)
      .join(', ');
    const said = `the database answered ${state}${where === '' ? '' : ` (${where})`}`;
    if (isTransient(state)) return new TransientError('MILLRACE_RESOURCE_DATABASE', said);
    // data exceptions (NUL in text, bad jsonb, out of range) and check or not-null violations: this row, not the others
    if (state.startsWith('22') || ['23502', '23514', '54000'].includes(state))
      return new PoisonError('MILLRACE_FORMAT_DATABASE_REFUSED', said);
    return new InvariantError('MILLRACE_PROCESSING_DATABASE', said);
  }
  if (error instanceof Error && 'code' in error && isConnectionCode(String(error.code)))
    return new TransientError(
      'MILLRACE_RESOURCE_DATABASE',
      `the database is not reachable (${String(error.code)})`,
    );
  return error instanceof Error
    ? error
    : new InvariantError('MILLRACE_PROCESSING_THROWN', 'something other than an Error was thrown');
}

/** Connection (08), credentials (28) and a missing database (3D): an operator repairs them; resources (53), the operator (57), deadlock and serialization (40), lock not available (55), unique (23505: another writer was first). */
function isTransient(state: string): boolean {
  return (
    ['08', '28', '3D', '53', '57', '40', '58'].includes(state.slice(0, 2)) ||
    ['55P03', '23505', '25006', '25P03'].includes(state)
  );
}

const driverCodes = [
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'CONNECTION_CONNECT_TIMEOUT',
];
const systemCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
];
const isConnectionCode = (code: string): boolean =>
  driverCodes.includes(code) || systemCodes.includes(code);
