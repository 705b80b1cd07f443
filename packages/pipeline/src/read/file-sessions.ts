import { contentsOf, userIdOf } from '@millrace/shared/domain/session-document';
import { type FileSession, sessionFacts } from '@millrace/trainer';
import { sessionVersions } from '../core/session-versions.ts';
import { sessionLines } from './session-lines.ts';

/** The newest version of every session of a file, in the order of first sight, before any check of its content. */
export interface FileSessions {
  readonly sessions: readonly FileSession[];
  readonly duplicate: number;
  readonly superseded: number;
  /** Lines out of which no session could be read. */
  readonly dead: number;
}

/** @throws UserError when the file cannot be read */
export async function fileSessions(file: string, source: string): Promise<FileSessions> {
  const { newest, duplicate, superseded, dead } = await sessionVersions(sessionLines(file), source);
  const sessions = newest.map(
    ({ key, document }): FileSession => ({
      source,
      sessionId: key.sessionId,
      userId: userIdOf(document),
      texts: contentsOf(document),
      ...sessionFacts(document),
    }),
  );
  return { sessions, duplicate, superseded, dead: dead.length };
}
