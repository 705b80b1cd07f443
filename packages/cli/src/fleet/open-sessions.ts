import { connect } from '@millrace/shared/adapters/postgres/database';
import type { Conduct } from '../config.ts';
import { findFleet } from './addresses.ts';

/** Sessions that come message by message and did not close yet, and the messages that wait in them. */
export interface OpenSessions {
  readonly sessions: number;
  readonly messages: number;
  /** Of the one that closes first, ISO 8601; null when none is open. */
  readonly closes_at: string | null;
}

/** Null while the database does not answer, or has no place for them yet: the parts beside it say why. */
export async function readOpenSessions(conduct: Conduct): Promise<OpenSessions | null> {
  try {
    const { environment } = await findFleet(conduct);
    const sql = connect(environment.DATABASE_URL, { name: 'millrace status', statementMs: 5_000 });
    try {
      const [row] = await sql<OpenSessions[]>`
        select count(*)::int as sessions, coalesce(sum(messages), 0)::int as messages,
          to_char(min(due_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as closes_at
        from gathered_sessions where state = 'open'`;
      return row ?? null;
    } finally {
      await sql.end({ timeout: 2 });
    }
  } catch {
    return null;
  }
}

/** Empty when none is open. */
export function openText(open: OpenSessions | null): string {
  if (open === null || open.sessions === 0) return '';
  return `${open.sessions} open sessions, in which ${open.messages} messages wait; the next one closes ${open.closes_at}`;
}
