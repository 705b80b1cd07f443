import { z } from 'zod';
import type { Sql } from '../../ports/database.ts';

const perType = z.object({
  model_type: z.enum(['embedding', 'llm']),
  queued: z.number(),
  still: z.number(),
  checkpoint: z.number(),
  diverged: z.number(),
});
const facts = z.object({
  outbox: z.object({ rows: z.number(), oldest: z.number() }),
  open: z.object({ sessions: z.number(), messages: z.number(), overdue: z.number() }),
  dead: z.record(z.string(), z.number()),
  jobs: z.record(z.string(), z.number()),
  models: z.record(z.string(), z.number()),
  trainings: z.array(perType),
  connections: z.object({ used: z.number(), limit: z.number() }),
});

/** What the exporter tells of the database; ages in seconds, on the database clock. */
export type FleetFacts = z.infer<typeof facts>;

/** One row, one round trip; every count is over a small table or an index. */
export async function readFleetFacts(sql: Sql): Promise<FleetFacts> {
  const [row] = await sql`
    with moment as (select clock_timestamp() as now),
    free as (
      select j.model_type, case when j.state = 'running' then j.lease_until else greatest(j.created_at, j.not_before) end as since
      from training_jobs j, moment where j.attempt < j.max_attempts and (
        (j.state = 'running' and j.lease_until < moment.now)
        or (j.state = 'queued' and j.not_before <= moment.now and not exists (
          select 1 from training_jobs r
          where r.state = 'running' and r.model_name = j.model_name and r.model_type = j.model_type)))
    ),
    trainings as (
      select t.model_type,
        (select coalesce(max(extract(epoch from moment.now - free.since)), 0)::float8
          from free where free.model_type = t.model_type) as queued,
        coalesce(max(extract(epoch from moment.now - j.moved_at)) filter (where j.state = 'running'), 0)::float8 as still,
        coalesce(max(extract(epoch from moment.now - coalesce(j.checkpoint_at, j.moved_at)))
          filter (where j.state = 'running'), 0)::float8 as checkpoint,
        (count(*) filter (where j.error_code = 'MILLRACE_TRAINING_DIVERGED'))::int as diverged
      from moment, (values ('embedding'), ('llm')) t(model_type)
      left join training_jobs j on j.model_type = t.model_type
      group by t.model_type, moment.now
    )
    select
      (select jsonb_build_object('rows', count(*), 'oldest',
        greatest(coalesce(extract(epoch from moment.now - min(created_at)), 0), 0)) from outbox) as outbox,
      (select jsonb_build_object('sessions', count(*), 'messages', coalesce(sum(messages), 0), 'overdue',
        greatest(coalesce(extract(epoch from moment.now - min(due_at)), 0), 0)) from gathered_sessions where state = 'open') as open,
      (select coalesce(jsonb_object_agg(stage, n), '{}') from (
        select stage, count(*) as n from dead_letters where retried_at is null and purged_at is null group by stage) d) as dead,
      (select coalesce(jsonb_object_agg(state, n), '{}') from (
        select state, count(*) as n from training_jobs group by state) j) as jobs,
      (select coalesce(jsonb_object_agg(decision, n), '{}') from (
        select decision, count(*) as n from models group by decision) m) as models,
      (select jsonb_agg(trainings) from trainings) as trainings,
      jsonb_build_object(
        'used', (select count(*) from pg_stat_activity where backend_type = 'client backend'),
        'limit', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true), '0')::int) as connections
    from moment`;
  return facts.parse(row);
}
