import { InvariantError } from '@millrace/shared/domain/errors';
import { type Example, kindOf, type ModelType, techniques } from '@millrace/shared/domain/example';
import { roles } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';
import { groupOfExample } from '../core/user-share.ts';

const common = {
  id: z.string(),
  source: z.string(),
  session_id: z.string(),
  version: z.int(),
  user_id: z.string().nullable(),
  technique: z.enum(techniques),
  parent_id: z.string().nullable(),
  features: z.record(z.string(), z.number()),
};
const row = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('pair'),
    content: z.object({ anchor: z.string(), positive: z.string() }),
  }),
  z.object({
    ...common,
    kind: z.literal('chat'),
    content: z.object({
      messages: z.array(
        z.object({
          role: z.enum(roles),
          content: z.string(),
          weight: z.number().exactOptional(),
        }),
      ),
    }),
  }),
]);

/**
 * Every ready example of a model type: of the newest version of each session, keyed by that revision, and not of a session
 * that a person rejected. One query.
 */
export async function readyExamples(
  sql: Sql,
  { modelType, revision }: { readonly modelType: ModelType; readonly revision: string },
): Promise<readonly Example[]> {
  const rows = await sql`
    select e.id, e.source, e.session_id, e.version, e.user_id, e.kind, e.technique, e.parent_id, e.features, e.content
    from examples e
    join (
      select distinct on (source, session_id) source, session_id, version, state from sessions
      order by source, session_id, version desc
    ) s on s.source = e.source and s.session_id = e.session_id and s.version = e.version
    where s.state <> 'erased' and e.kind = ${kindOf[modelType]} and e.revision = ${revision}
      and not exists (select from overrides o where o.verdict = 'rejected'
        and o.source = e.source and o.session_id = e.session_id and o.version = e.version)`;
  return rows.map((found) => exampleOf(row.parse(found)));
}

/** Sessions whose newest version stands as kept and has examples, but none of this revision: they are not in a dataset of it. */
export async function sessionsOfOtherRevisions(sql: Sql, revision: string): Promise<number> {
  const [row] = await sql<{ sessions: number }[]>`
    select count(*)::int as sessions from (
      select distinct on (source, session_id) source, session_id, version from sessions
      where state <> 'erased' order by source, session_id, version desc
    ) s
    where not exists (select from standing_verdicts v where v.source = s.source and v.session_id = s.session_id
        and v.version = s.version and v.stands = 'rejected')
      and exists (select 1 from augmentations a
        where a.source = s.source and a.session_id = s.session_id and a.version = s.version)
      and not exists (select 1 from augmentations a
        where a.source = s.source and a.session_id = s.session_id and a.version = s.version and a.revision = ${revision})`;
  return row?.sessions ?? 0;
}

/** The examples of these ids that are still there. */
export async function examplesById(
  sql: Sql,
  { ids, revision }: { readonly ids: readonly string[]; readonly revision: string },
): Promise<readonly Example[]> {
  const rows = await sql`
    select e.id, e.source, e.session_id, e.version, e.user_id, e.kind, e.technique, e.parent_id, e.features, e.content
    from examples e where e.revision = ${revision} and e.id = any(${[...ids]})`;
  return rows.map((found) => exampleOf(row.parse(found)));
}

/** The side of every group of these examples, as stored at first sight. */
export async function sidesOf(
  sql: Sql,
  examples: readonly Example[],
): Promise<ReadonlyMap<string, Side>> {
  const groups = [...new Set(examples.map(groupOfExample))];
  const rows = await sql<{ group_key: string; side: string }[]>`
    select group_key, side from sides where group_key = any(${groups})`;
  return new Map(rows.map((found) => [found.group_key, sideFrom(found.side)]));
}

function sideFrom(text: string): Side {
  if (text === 'train' || text === 'holdout') return text;
  throw new InvariantError(
    'MILLRACE_PROCESSING_SIDE',
    `a stored side is neither train nor holdout`,
  );
}

function exampleOf(found: z.infer<typeof row>): Example {
  const shared = {
    id: found.id,
    key: { source: found.source, sessionId: found.session_id, version: found.version },
    userId: found.user_id,
    technique: found.technique,
    parentId: found.parent_id,
    features: found.features,
  };
  return found.kind === 'pair'
    ? { ...shared, kind: 'pair', ...found.content }
    : { ...shared, kind: 'chat', ...found.content };
}
