/**
 * What must hold between rows of different tables. Each counts the rows that break it, so 0 is right; together with the
 * sums per stage they make the ledger fail when any one row of any table is deleted by hand. The words are those that
 * `millrace ledger` prints.
 */
export const rowChecks: Readonly<Record<string, string>> = {
  'sessions without their payload': `
    select count(*) from sessions s left join payloads p using (source, session_id, version)
    where s.state <> 'erased' and p.source is null`,
  'payloads without their session': `
    select count(*) from payloads p left join sessions s using (source, session_id, version) where s.source is null`,
  'HTTP accepts without their session': `
    select count(*) from http_accepts h left join sessions s using (source, session_id, version) where s.source is null`,
  'verdicts without their session': `
    select count(*) from verdicts v left join sessions s using (source, session_id, version) where s.source is null`,
  'verdicts whose revision is not known': `
    select count(*) from verdicts v left join revisions r on r.stage = 'validator' and r.revision = v.revision
    where r.revision is null`,
  'kept sessions without their cleaned text': `
    select count(*) from verdicts v join sessions s using (source, session_id, version)
    where v.verdict = 'kept' and v.cleaned is null and s.state <> 'erased'`,
  'augmentations without a kept verdict': `
    select count(*) from augmentations a where not exists (
      select from verdicts v where v.source = a.source and v.session_id = a.session_id and v.version = a.version
        and v.verdict = 'kept')`,
  'augmentations whose revision is not known': `
    select count(*) from augmentations a left join revisions r on r.stage = 'augmentor' and r.revision = a.revision
    where r.revision is null`,
  'augmentations whose examples are not all there': `
    with found as (
      select source, session_id, version, revision, count(*) filter (where kind = 'pair') as pairs,
        count(*) filter (where kind = 'chat') as chats
      from examples group by source, session_id, version, revision)
    select count(*) from augmentations a left join found f using (source, session_id, version, revision)
    join sessions s using (source, session_id, version)
    where s.state <> 'erased' and (a.pairs <> coalesce(f.pairs, 0) or a.chats <> coalesce(f.chats, 0))`,
  'examples without their augmentation': `
    select count(*) from (select distinct source, session_id, version, revision from examples) e
    left join augmentations a using (source, session_id, version, revision) where a.source is null`,
  'augmented groups without their side, or with another': `
    select count(*) from augmentations a join sessions s using (source, session_id, version)
    left join sides d on d.group_key = ${groupKey('s')} where d.side is distinct from a.side`,
  'sides without a session': `
    select count(*) from sides d
    left join (select distinct ${groupKey('s')} as group_key from sessions s) g using (group_key)
    where g.group_key is null`,
  'examples whose dataset is not there': `
    select count(*) from (
      select distinct first_dataset as sha256 from examples where first_dataset is not null
      union select distinct last_dataset from examples where last_dataset is not null) e
    left join datasets d using (sha256) where d.sha256 is null`,
  'jobs without the record that they were asked for': `
    select count(*) from training_jobs j left join audit a on a.action = 'job_queued' and a.subject = j.job_id::text
    where a.id is null`,
  'records of a job that is not there': `
    select count(*) from audit a left join training_jobs j on j.job_id::text = a.subject
    where a.action = 'job_queued' and j.job_id is null`,
  'jobs whose dataset is not there': `
    select count(*) from training_jobs j left join datasets d on d.sha256 = j.dataset_sha256
    where j.dataset_sha256 is not null and d.sha256 is null`,
  'succeeded jobs without their model': `
    select count(*) from training_jobs j left join models m using (model_id)
    where j.state = 'succeeded' and m.model_id is null`,
  'models without their job': `
    select count(*) from models m left join training_jobs j on j.job_id = m.job_id and j.model_id = m.model_id
    where j.job_id is null`,
  'models whose dataset is not there': `
    select count(*) from models m left join datasets d on d.sha256 = m.dataset_sha256 where d.sha256 is null`,
  'models without the record of their registration': `
    select count(*) from models m left join audit a on a.action = 'model_registered' and a.subject = m.model_id
    where a.id is null`,
  'records of a model that is not there': `
    select count(*) from audit a left join models m on m.model_id = a.subject
    where a.action in ('model_registered', 'alias_moved') and m.model_id is null`,
  'aliases that differ from the record of their last move': `
    with last_move as (
      select distinct on (detail->>'model_name', detail->>'model_type', detail->>'alias')
        detail->>'model_name' as model_name, detail->>'model_type' as model_type, detail->>'alias' as alias,
        subject as model_id
      from audit where action = 'alias_moved'
      order by detail->>'model_name', detail->>'model_type', detail->>'alias', at desc)
    select count(*) from last_move m full join aliases a using (model_name, model_type, alias)
    where m.model_id is distinct from a.model_id`,
  'promoted models without the record of the alias': `
    select count(*) from models m left join audit a on a.action = 'alias_moved' and a.subject = m.model_id
    where m.decision = 'promoted' and a.id is null`,
  'datasets whose counts do not add up': `
    select count(*) from datasets where (counts->>'ready')::bigint is distinct from
      (counts->>'train')::bigint + (counts->>'holdout')::bigint + (counts->>'not_sampled')::bigint
      + coalesce((select sum(value::bigint) from jsonb_each_text(counts->'dropped')), 0)`,
  'retried dead letters without the record, or the other way round': `
    select count(*) from (select id::text as subject from dead_letters where retried_at is not null) d
    full join (select distinct subject from audit where action = 'dead_letter_retried') a using (subject)
    where d.subject is null or a.subject is null`,
};

/** groupOf() of domain/side.ts, in SQL: to_json escapes as JSON.stringify does (ids hold no control characters). */
function groupKey(session: string): string {
  const text = (column: string): string => `to_json(${session}.${column})::text`;
  return `(case when ${session}.user_id is null
    then '[' || ${text('source')} || ',"session",' || ${text('session_id')} || ']'
    else '[' || ${text('source')} || ',"user",' || ${text('user_id')} || ']' end)`;
}
