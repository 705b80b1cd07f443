/**
 * Checks of sessions that come message by message: their rows count their events, versions made by closing are theirs, and
 * what is closed has a version. What is open is no loss: it is told beside the stages. See rowChecks.
 */
export const gatheringChecks: readonly Readonly<Record<'query', string>>[] = [
  {
    query: `
      select count(*) as "gathered sessions that differ from their messages and ends"
      from gathered_sessions g full join (
        select source, session_id, count(*) filter (where kind = 'message') as messages, count(*) filter (where kind = 'end') as ends
        from gathered_events group by 1, 2) e using (source, session_id)
      where g.messages is distinct from e.messages or g.ends is distinct from e.ends`,
  },
  {
    query: `
      select count(*) as "gathered sessions that differ from the versions made of them"
      from gathered_sessions g full join (
        select source, session_id, count(*) as versions from sessions where origin = 'messages' group by 1, 2) s
      using (source, session_id)
      where coalesce(g.versions, 0) <> coalesce(s.versions, 0)`,
  },
  {
    query: `
      select count(*) as "gathered sessions that closed without a version"
      from gathered_sessions g where g.state = 'closed'
        and not exists (select from sessions s where s.source = g.source and s.session_id = g.session_id)`,
  },
  {
    query: `
      select count(*) as "gathered messages without their text, or with one that went"
      from gathered_events e join gathered_sessions g using (source, session_id)
      where (e.bytes is null) <> (g.state = 'erased' or g.purged_at is not null)`,
  },
  {
    query: `
      select count(*) as "erased gathered sessions that differ from their records"
      from (select source, session_id from gathered_sessions where state = 'erased') g
      full join (
        select detail->>'source' as source, subject as session_id from audit where action = 'gathered_erased') a
      using (source, session_id)
      where g.source is null or a.source is null`,
  },
  {
    query: `
      select abs(g.purged - a.recorded) as "purged gathered sessions that differ from their records"
      from (select count(*) as purged from gathered_sessions where purged_at is not null) g,
        (select coalesce(sum((detail->>'sessions')::bigint), 0) as recorded from audit where action = 'gathered_purged') a`,
  },
];
