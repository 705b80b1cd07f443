import { correctionChecks } from './correction-checks.ts';
import { erasureChecks } from './erasure-checks.ts';
import { gatheringChecks } from './gathering-checks.ts';

/**
 * What must hold between rows of different tables. Each figure counts rows that break it, so 0 is right; together with
 * the sums per stage they make the ledger fail when any one row of any table is deleted by hand. The names are those
 * that `millrace ledger` prints. A query gives several figures where one pass over its tables finds them.
 */
export const rowChecks: readonly Readonly<Record<'query', string>>[] = [
  {
    query: `
      select count(*) filter (where p.source is null and s.state <> 'erased' and s.raw_purged_at is null) as "sessions without their payload",
        count(*) filter (where s.source is null or (p.source is not null and (s.state = 'erased' or s.raw_purged_at is not null)))
          as "payloads without their session, or of one whose payload went"
      from sessions s full join payloads p using (source, session_id, version)`,
  },
  {
    query: `
      select count(*) as "HTTP accepts without their session"
      from http_accepts h left join sessions s using (source, session_id, version)
      left join gathered_sessions g on h.version is null and g.source = h.source and g.session_id = h.session_id
      where s.source is null and g.source is null`,
  },
  {
    query: `
      select count(*) filter (where s.source is null) as "verdicts without their session",
        count(*) filter (where v.verdict = 'kept' and v.override is distinct from 'rejected' and v.cleaned is null
            and s.state <> 'erased')
          as "kept sessions without their cleaned text"
      from verdicts v left join sessions s using (source, session_id, version)`,
  },
  {
    query: `
      select count(*) as "revisions of verdicts that are not known"
      from (select distinct revision from verdicts) v
      left join revisions r on r.stage = 'validator' and r.revision = v.revision where r.revision is null`,
  },
  {
    query: `
      select count(*) as "revisions of augmentations that are not known"
      from (select distinct revision from augmentations) a
      left join revisions r on r.stage = 'examples' and r.revision = a.revision where r.revision is null`,
  },
  {
    query: `
      select count(*) as "augmentations without a kept verdict"
      from augmentations a join revisions x on x.stage = 'examples' and x.revision = a.revision
      left join verdicts v on v.source = a.source and v.session_id = a.session_id and v.version = a.version
        and v.revision = x.settings->>'validator' and (v.verdict = 'kept' or v.cleaned is not null)
      where v.source is null`,
  },
  {
    query: `
      with found as (
        select source, session_id, version, revision, count(*) filter (where kind = 'pair') as pairs,
          count(*) filter (where kind = 'chat') as chats
        from examples group by source, session_id, version, revision)
      select count(*) filter (where a.pairs <> coalesce(f.pairs, 0) or a.chats <> coalesce(f.chats, 0))
          as "augmentations whose examples are not all there",
        count(*) filter (where a.source is null) as "groups of examples without their augmentation"
      from (
        select a.source, a.session_id, a.version, a.revision, case when s.state = 'erased' then 0 else a.pairs end as pairs,
          case when s.state = 'erased' then 0 else a.chats end as chats
        from augmentations a left join sessions s using (source, session_id, version)) a
      full join found f using (source, session_id, version, revision)`,
  },
  ...correctionChecks,
  ...erasureChecks,
  ...gatheringChecks,
  sidesCheck('user', 'user_id'),
  sidesCheck('session', 'session_id'),
  {
    query: `
      select count(*) as "datasets of examples that are not there"
      from (select distinct first_dataset, last_dataset from examples) e
      cross join lateral unnest(array[e.first_dataset, e.last_dataset]) as u(sha256)
      left join datasets d using (sha256) where u.sha256 is not null and d.sha256 is null`,
  },
  {
    query: `
      select count(*) filter (where a.id is null) as "jobs without the record that they were asked for",
        count(*) filter (where j.job_id is null) as "records of a job that is not there"
      from training_jobs j full join (select * from audit where action = 'job_queued') a on a.subject = j.job_id::text`,
  },
  {
    query: `
      select count(*) filter (where j.dataset_sha256 is not null and d.sha256 is null) as "jobs whose dataset is not there",
        count(*) filter (where j.state = 'succeeded' and j.kind = 'training' and m.model_id is null)
          as "succeeded jobs without their model"
      from training_jobs j left join datasets d on d.sha256 = j.dataset_sha256 left join models m using (model_id)`,
  },
  {
    query: `
      select count(*) filter (where a.job_id is null) as "succeeded ablations without what they came to",
        count(*) filter (where j.job_id is null) as "ablations without their job"
      from (select job_id from training_jobs where state = 'succeeded' and kind = 'ablation') j
      full join ablations a using (job_id)`,
  },
  {
    query: `
      select count(*) filter (where j.job_id is null) as "models without their job",
        count(*) filter (where d.sha256 is null) as "models whose dataset is not there",
        count(*) filter (where r.id is null) as "models without the record of their registration",
        count(*) filter (where m.decision = 'promoted' and p.id is null) as "promoted models without the record of the alias"
      from models m
      left join training_jobs j on j.job_id = m.job_id and j.model_id = m.model_id
      left join datasets d on d.sha256 = m.dataset_sha256
      left join audit r on r.action = 'model_registered' and r.subject = m.model_id
      left join audit p on p.action = 'alias_moved' and p.subject = m.model_id`,
  },
  {
    query: `
      select count(*) as "records of a model that is not there"
      from audit a left join models m on m.model_id = a.subject
      where a.action in ('model_registered', 'alias_moved') and m.model_id is null`,
  },
  {
    query: `
      with last_move as (
        select distinct on (detail->>'model_name', detail->>'model_type', detail->>'alias')
          detail->>'model_name' as model_name, detail->>'model_type' as model_type, detail->>'alias' as alias,
          subject as model_id
        from audit where action = 'alias_moved'
        order by detail->>'model_name', detail->>'model_type', detail->>'alias', at desc)
      select count(*) as "aliases that differ from the record of their last move"
      from last_move m full join aliases a using (model_name, model_type, alias)
      where m.model_id is distinct from a.model_id`,
  },
  {
    query: `
      with moves as (
        select detail->>'from' as before, lag(subject) over (
          partition by detail->>'model_name', detail->>'model_type', detail->>'alias' order by at) as previous
        from audit where action = 'alias_moved')
      select count(*) as "moves of an alias that do not begin where the one before ended"
      from moves where before is distinct from previous`,
  },
  {
    query: `
      select count(*) as "datasets whose counts do not add up"
      from datasets where (counts->>'ready')::bigint is distinct from
        (counts->>'train')::bigint + (counts->>'holdout')::bigint + (counts->>'not_sampled')::bigint
        + coalesce((select sum(value::bigint) from jsonb_each_text(counts->'dropped')), 0)`,
  },
  {
    query: `
      select count(*) as "retried dead letters without the record, or the other way round"
      from (select id::text as subject from dead_letters where retried_at is not null) d
      full join (select distinct subject from audit where action = 'dead_letter_retried') a using (subject)
      where d.subject is null or a.subject is null`,
  },
  {
    query: `
      select count(*) as "purged dead letters without the record, or the other way round"
      from (select id::text as subject from dead_letters where purged_at is not null) d
      full join (select distinct subject from audit where action = 'dead_letter_purged') a using (subject)
      where d.subject is null or a.subject is null`,
  },
];

/**
 * Sides of one kind of group against the sessions that they are of. A group's key is read back into its parts (see
 * groupOf() of domain/side.ts): to write a million of them in SQL takes 4 times as long.
 */
function sidesCheck(kind: 'user' | 'session', column: string): { readonly query: string } {
  const only = kind === 'user' ? 's.user_id is not null' : 's.user_id is null';
  return {
    query: `
      with parsed as materialized (
        select key->>0 as source, key->>2 as id, side
        from (select group_key::jsonb as key, side from sides) d where key->>1 = '${kind}')
      select
        (select count(*) from parsed d where not exists (
          select from sessions s where s.source = d.source and s.${column} = d.id and ${only} and s.state <> 'erased'))
          as "sides without a ${kind}",
        (select count(*) from augmentations a join sessions s using (source, session_id, version)
          left join parsed d on d.source = s.source and d.id = s.${column}
          where ${only} and s.state <> 'erased' and d.side is distinct from a.side)
          as "augmentations whose side is not that of their ${kind}"`,
  };
}
