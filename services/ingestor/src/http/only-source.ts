import { idText } from '@millrace/shared/contracts/identity';
import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';
import { sourcesOf } from '../store/session-status.ts';
import { HttpProblem } from './problem.ts';

/** Of a path that names a session: its id, and the source where several have one of this id. */
export const bySessionId = z.object({ id: idText });
export const bySource = z.object({ source: idText.optional() });

/**
 * The source of a session that is named by its id alone; null when no source has it.
 * @throws HttpProblem 409 when several have
 */
export async function onlySource(sql: Sql, sessionId: string): Promise<string | null> {
  const [only, ...more] = await sourcesOf(sql, sessionId);
  if (more.length > 0)
    throw new HttpProblem(409, {
      code: 'MILLRACE_INPUT_SOURCE',
      detail: `${more.length + 1} sources have a session of this id: add ?source= (${[only, ...more].join(', ')})`,
      errors: [{ field: 'source', detail: 'is needed here' }],
    });
  return only ?? null;
}
