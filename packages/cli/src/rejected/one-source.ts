import { UserError } from '@millrace/shared/domain/errors';
import type { Sql } from '@millrace/shared/ports/database';
import { exitCodes } from '../conduct/failure.ts';
import { sourcesOfSubject } from '../fleet/sources-of-subject.ts';

/**
 * The source of a session that is called by its id alone.
 * @throws UserError when no source has it, or several and none was named
 */
export async function oneSource(
  sql: Sql,
  { sessionId, source }: { readonly sessionId: string; readonly source?: string | undefined },
): Promise<string> {
  if (source !== undefined) return source;
  const [only, ...more] = await sourcesOfSubject(sql, { kind: 'session', id: sessionId });
  if (only === undefined) {
    throw new UserError(
      'MILLRACE_INPUT_SESSION',
      `no session is called ${sessionId}: millrace rejected list names the rejected ones`,
    );
  }
  if (more.length === 0) return only;
  throw new UserError(
    'MILLRACE_INPUT_SOURCE',
    `${more.length + 1} sources have a session called ${sessionId}: add --source (${[only, ...more].join(', ')})`,
    { exitCode: exitCodes.usage },
  );
}
