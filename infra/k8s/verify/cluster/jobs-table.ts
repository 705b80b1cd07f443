import { randomUUID } from 'node:crypto';
import postgres from 'postgres';

/** The product's own table of trainings, as the runners leave it. */
export interface JobsTable {
  /** In place of all others: jobs that wait, and jobs whose runner was killed (running, their lease over), each of a model line of its own. */
  fill(jobs: { readonly queued: number; readonly orphaned: number }): Promise<void>;
  /** What a runner does first: one waiting or orphaned job is its own. False when there is none. */
  claim(): Promise<boolean>;
  /** One running job has ended well. */
  finishOne(): Promise<void>;
  /** Jobs by state. */
  states(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export function openJobsTable(url: string): JobsTable {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  const row = (state: 'queued' | 'running') => ({
    ...{ job_id: randomUUID(), request_id: randomUUID(), model_name: randomUUID() },
    ...{ model_type: 'embedding', cause: 'request', reason: 'requested', state, max_attempts: 3 },
    ...{ scope: '{}', overrides: '{}', progress: '{}', attempt: state === 'queued' ? 0 : 1 },
    lease_until: state === 'queued' ? null : new Date(Date.now() - 60_000),
  });
  return {
    async fill({ queued, orphaned }) {
      const rows = [
        ...Array.from({ length: queued }, () => row('queued')),
        ...Array.from({ length: orphaned }, () => row('running')),
      ];
      // in one piece: a scaler that saw some of them only would be right to start fewer
      await sql.begin(async (tx) => {
        await tx`truncate training_jobs cascade`;
        await tx`insert into training_jobs ${tx(rows)}`;
      });
    },
    async claim() {
      const rows = await sql`update training_jobs set state = 'running', attempt = attempt + 1,
          lease_until = clock_timestamp() + interval '1 hour'
        where job_id = (select job_id from training_jobs where state = 'queued'
          or (state = 'running' and lease_until < clock_timestamp()) limit 1) returning job_id`;
      return rows.length === 1;
    },
    async finishOne() {
      await sql`update training_jobs set state = 'succeeded', lease_until = null, finished_at = now()
        where job_id = (select job_id from training_jobs where state = 'running' limit 1)`;
    },
    async states() {
      const rows = await sql`select state, count(*)::int as jobs from training_jobs group by state`;
      return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
