/**
 * Checks of what came later than the first verdict: decisions of people, verdicts and examples of other settings, and the
 * names of those settings. See rowChecks.
 */
export const correctionChecks: readonly Readonly<Record<'query', string>>[] = [
  {
    query: `
      select count(*) filter (where v.override is distinct from o.verdict) as "verdicts that differ from a person's decision",
        count(*) filter (where v.source is null) as "decisions without their verdict"
      from verdicts v full join overrides o using (source, session_id, version)
      where v.override is not null or o.verdict is not null`,
  },
  {
    query: `
      with recorded as (
        select detail->>'source' as source, subject as session_id, (detail->>'version')::int as version, count(*) as changes,
          max((detail->>'change')::int) as last
        from audit where action = 'verdict_overridden' group by 1, 2, 3)
      select count(*) as "decisions that differ from their records"
      from overrides o full join recorded r using (source, session_id, version)
      where o.changes is distinct from r.changes or o.changes is distinct from r.last or not exists (
        select from audit a where a.action = 'verdict_overridden' and a.subject = o.session_id
          and a.detail->>'source' = o.source and (a.detail->>'version')::int = o.version
          and (a.detail->>'change')::int = o.changes and a.detail->>'to' = o.verdict)`,
  },
  {
    query: `
      select count(*) as "revisions without their record, or the other way round"
      from (select stage || '/' || revision as subject from revisions) r
      full join (select distinct subject from audit where action = 'revision_recorded') a using (subject)
      where r.subject is null or a.subject is null`,
  },
  {
    query: `
      select abs(v.again - a.recorded) as "later verdicts that differ from their records"
      from (select count(*) - count(distinct (source, session_id, version)) as again from verdicts) v,
        (select coalesce(sum((detail->>'count')::bigint), 0) as recorded from audit where action = 'judged_again') a`,
  },
  {
    query: `
      select abs(v.again - a.recorded) as "later augmentations that differ from their records"
      from (
        select count(*) - count(distinct (a.source, a.session_id, a.version, coalesce(x.settings->>'validator', ''))) as again
        from augmentations a left join revisions x on x.stage = 'examples' and x.revision = a.revision) v,
        (select coalesce(sum((detail->>'count')::bigint), 0) as recorded from audit where action = 'augmented_again') a`,
  },
];
