/** Checks of what was forgotten or went by its age: each of it has its record. See rowChecks. */
export const erasureChecks: readonly Readonly<Record<'query', string>>[] = [
  {
    query: `
      select count(*) as "tombstones without their record, or the other way round"
      from tombstones t
      full join (select subject as subject_sha256 from audit where action = 'forgotten') a using (subject_sha256)
      where t.subject_sha256 is null or a.subject_sha256 is null`,
  },
  {
    query: `
      select count(*) as "erased sessions without their record, or the other way round"
      from (select source, session_id, version from sessions where state = 'erased') s
      full join (
        select detail->>'source' as source, subject as session_id, (detail->>'version')::int as version
        from audit where action = 'session_erased') a using (source, session_id, version)
      where s.source is null or a.source is null`,
  },
  {
    query: `
      select abs(e.versions - r.versions) as "erased sessions that differ from their receipts"
      from (select count(*) as versions from audit where action = 'session_erased') e,
        (select coalesce(sum((detail->>'versions')::bigint), 0) as versions from audit where action = 'erased') r`,
  },
  {
    query: `
      select abs(s.purged - a.recorded) as "payloads that went by their age and differ from their records"
      from (select count(*) as purged from sessions where raw_purged_at is not null) s,
        (select coalesce(sum((detail->>'count')::bigint), 0) as recorded from audit where action = 'payloads_purged') a`,
  },
];
