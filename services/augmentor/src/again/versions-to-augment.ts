import type { Sql } from '@millrace/shared/ports/database';
import type { NamedExample } from '../core/example-changes.ts';

export interface RemakeFilter {
  /** Received at this moment or later. */
  readonly since?: Date | undefined;
  readonly sessionId?: string | undefined;
}

/** The newest version of a session, by the validator's settings of now. */
export interface VersionToAugment {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly erased: boolean;
  /** Null: not judged by these settings. */
  readonly stands: 'kept' | 'rejected' | null;
  /** What its examples are keyed by now; null when the fleet has not made them yet. */
  readonly from: string | null;
  /** Examples of the new settings are there already. */
  readonly made: boolean;
}

export type PageStart = Pick<VersionToAugment, 'source' | 'session_id'> | null;

interface Query {
  /** Current revision of the validator. */
  readonly validator: string;
  /** What the new examples are keyed by. */
  readonly revision: string;
  readonly filter: RemakeFilter;
  readonly after: PageStart;
  readonly limit: number;
}

/** One page, in order of the keys; the key of its last one begins the next page. */
export async function versionsToAugment(
  sql: Sql,
  { validator, revision, filter, after, limit }: Query,
): Promise<readonly VersionToAugment[]> {
  const { since = null, sessionId = null } = filter;
  return await sql<VersionToAugment[]>`
    select s.source, s.session_id, s.version, s.state = 'erased' as erased, coalesce(v.override, v.verdict) as stands,
      f.revision as "from", exists (select from augmentations t where t.source = s.source and t.session_id = s.session_id
        and t.version = s.version and t.revision = ${revision}) as made
    from sessions s
    left join verdicts v on v.source = s.source and v.session_id = s.session_id and v.version = s.version
      and v.revision = ${validator}
    left join lateral (
      select a.revision from augmentations a
      join revisions x on x.stage = 'examples' and x.revision = a.revision and x.settings->>'validator' = ${validator}
      left join revisions own on own.stage = 'augmentor' and own.revision = x.settings->>'augmentor'
      where a.source = s.source and a.session_id = s.session_id and a.version = s.version
      order by own.last_seen desc nulls last, a.revision limit 1) f on true
    where (s.source, s.session_id) > (${after?.source ?? ''}, ${after?.session_id ?? ''})
      and not exists (select from sessions n
        where n.source = s.source and n.session_id = s.session_id and n.version > s.version)
      and (${sessionId}::text is null or s.session_id = ${sessionId})
      and (${since}::timestamptz is null or s.received_at >= ${since})
    order by s.source, s.session_id limit ${limit}`;
}

/** The stored examples of a session version by one revision. */
export async function namedExamples(
  sql: Sql,
  { source, session_id, version }: Pick<VersionToAugment, 'source' | 'session_id' | 'version'>,
  revision: string,
): Promise<readonly NamedExample[]> {
  return await sql<NamedExample[]>`
    select id, content_sha256 as "contentSha256" from examples
    where source = ${source} and session_id = ${session_id} and version = ${version} and revision = ${revision}`;
}
