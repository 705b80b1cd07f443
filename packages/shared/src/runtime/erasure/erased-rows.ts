import { eventId } from '../../domain/hash.ts';
import { groupOf } from '../../domain/side.ts';
import type { Transaction } from '../../ports/database.ts';

/** What an erasure does to the rows of session versions; each in the transaction of its page. */

export interface ErasedVersion {
  readonly source: string;
  readonly sessionId: string;
  readonly version: number;
  readonly userId: string | null;
  readonly origin: string;
}

/** All versions of these sessions, from now on without a user. */
export async function markErased(
  tx: Transaction,
  { source, ids }: { readonly source: string; readonly ids: readonly string[] },
): Promise<readonly ErasedVersion[]> {
  return await tx<ErasedVersion[]>`
    with chosen as (
      select source, session_id, version, user_id, origin from sessions
      where source = ${source} and session_id = any(${[...ids]}::text[]) and state <> 'erased'
      order by session_id, version for update
    )
    update sessions s set state = 'erased', user_id = null from chosen c
    where s.source = c.source and s.session_id = c.session_id and s.version = c.version
    returning c.source, c.session_id as "sessionId", c.version, c.user_id as "userId", c.origin`;
}

/** One record a version, with the datasets that it was in: where it is shown later that it was there. */
export async function recordVersions(
  tx: Transaction,
  versions: readonly ErasedVersion[],
): Promise<void> {
  await tx`
    insert into audit (id, action, subject, detail)
    select k.id, 'session_erased', k.session_id, jsonb_build_object('source', k.source, 'version', k.version, 'datasets',
      coalesce((
        select jsonb_agg(distinct d) from examples e, unnest(array[e.first_dataset, e.last_dataset]) d
        where (e.source, e.session_id, e.version) = (k.source, k.session_id, k.version) and d is not null), '[]'))
    from unnest(
      ${versions.map((v) => eventId('session_erased', v.source, v.sessionId, v.version))}::uuid[],
      ${versions.map((v) => v.source)}::text[],
      ${versions.map((v) => v.sessionId)}::text[],
      ${versions.map((v) => v.version)}::int[]
    ) as k (id, source, session_id, version)`;
}

/** @returns how many examples it was */
export async function deleteText(
  tx: Transaction,
  versions: readonly ErasedVersion[],
): Promise<number> {
  const keys = () => keysOf(tx, versions);
  await tx`
    delete from payloads t using ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  // that there was a text stays known: the ledger tells by it which verdicts went on
  await tx`
    update verdicts t set cleaned = '{"erased": true}' from ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version and t.cleaned is not null`;
  await tx`
    update http_accepts t set idempotency_key = null, payload_sha256 = null from ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version and t.idempotency_key is not null`;
  const deleted = await tx`
    delete from examples t using ${keys()}
    where t.source = k.source and t.session_id = k.session_id and t.version = k.version`;
  return deleted.count;
}

/** The versions as a table `k`. */
export const keysOf = (tx: Transaction, versions: readonly ErasedVersion[]) => tx`
  unnest(
    ${versions.map((v) => v.source)}::text[],
    ${versions.map((v) => v.sessionId)}::text[],
    ${versions.map((v) => v.version)}::int[]
  ) as k (source, session_id, version)`;

/** Sides of groups that have no session left: their keys are ids. Whoever comes back would be given the same side again. */
export async function dropSides(
  tx: Transaction,
  versions: readonly ErasedVersion[],
): Promise<void> {
  await tx`
    delete from sides d
    using unnest(
      ${versions.map(groupOf)}::text[],
      ${versions.map((v) => v.source)}::text[],
      ${versions.map((v) => v.sessionId)}::text[],
      ${versions.map((v) => v.userId)}::text[]
    ) as g (group_key, source, session_id, user_id)
    where d.group_key = g.group_key and not exists (
      select from sessions s where s.source = g.source and s.state <> 'erased'
        and case when g.user_id is null then s.user_id is null and s.session_id = g.session_id else s.user_id = g.user_id end)`;
}
