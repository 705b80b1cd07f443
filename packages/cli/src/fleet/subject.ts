import type { Subject } from '@millrace/shared/domain/erasure';
import { UserError } from '@millrace/shared/domain/errors';
import { idFault } from '@millrace/shared/domain/session-document';
import type { Sql } from '@millrace/shared/ports/database';
import { exitCodes } from '../conduct/failure.ts';
import { sourcesOfSubject } from './sources-of-subject.ts';

type Named = Omit<Subject, 'source'>;

/** @param what a person is asked for, when neither or both are given. @throws UserError (exit 2) then, and for an id that none can be */
export function namedSubject(
  { session, user }: { readonly session?: string; readonly user?: string },
  what: string,
): Named {
  if (session !== undefined && user === undefined) return named('session', session);
  if (user !== undefined && session === undefined) return named('user', user);
  throw new UserError('MILLRACE_INPUT_SUBJECT', `name ${what}: --session ID or --user ID`, {
    exitCode: exitCodes.usage,
  });
}

function named(kind: Subject['kind'], id: string): Named {
  const fault = idFault(id);
  if (fault === null) return { kind, id };
  throw new UserError('MILLRACE_INPUT_SUBJECT', `--${kind} ${fault}`, {
    exitCode: exitCodes.usage,
  });
}

/**
 * The source of a subject that is called by its id alone.
 * @param unknown what to do when there is none
 * @throws UserError when no source has it, or several
 */
export async function sourceOf(sql: Sql, subject: Named, unknown: string): Promise<string> {
  const [only, ...more] = await sourcesOfSubject(sql, subject);
  if (only === undefined)
    throw new UserError(
      'MILLRACE_INPUT_SUBJECT',
      `no ${subject.kind} is called ${subject.id} here, or it was forgotten before; ${unknown}`,
    );
  if (more.length === 0) return only;
  throw new UserError(
    'MILLRACE_INPUT_SOURCE',
    `${more.length + 1} sources have a ${subject.kind} called ${subject.id}: add --source (${[only, ...more].join(', ')})`,
    { exitCode: exitCodes.usage },
  );
}
