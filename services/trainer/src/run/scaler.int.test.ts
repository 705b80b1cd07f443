import { readFileSync } from 'node:fs';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { trainingRequested } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptRequest } from '../core/accept-request.ts';
import { queueJobs } from './job-queue.ts';
import { claimJob, giveBack, retryLater } from './job-store.ts';

/** The very text that the scaler of the manifests asks the database, against what a runner would find. */
const manifest = new URL('../../../../infra/k8s/base/trainer.yaml', import.meta.url);
const [, query = ''] =
  /^ +query: >-\n([\s\S]+?)^ +targetQueryValue:/m.exec(readFileSync(manifest, 'utf8')) ?? [];

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(() => sql`truncate training_jobs, audit`);

const wanted = async (): Promise<number> => Number((await sql.unsafe(query))[0]?.['count']);
const claim = () => claimJob(sql, { owner: 'a runner', leaseSeconds: 60 });
async function queue(id: string, model_name = 'default', maxAttempts = 3): Promise<void> {
  const jobs = acceptRequest(trainingRequested.parse({ request_id: id, model_name }));
  await sql.begin((tx) => queueJobs(tx, jobs, maxAttempts));
}
/** As after a `kill -9` of the only runner, when the lease's time has passed. */
const orphan = () =>
  sql`update training_jobs set lease_until = clock_timestamp() - interval '1 second' where state = 'running'`;

/** The scaler's figure must be what so many runners could claim at once. */
async function claimable(): Promise<number> {
  let jobs = 0;
  while ((await claim()) !== null) jobs += 1;
  return jobs;
}

describe("the scaler's query", () => {
  it('is there', () => {
    expect(query).toContain('training_jobs');
  });

  it('sees a queued job, and nothing while it is held', async () => {
    expect(await wanted()).toBe(0);
    await queue('r1');
    expect(await wanted()).toBe(1);
    await claim();
    expect(await wanted()).toBe(0);
  });

  it('sees the job whose only runner was killed', async () => {
    await queue('r1');
    await claim();
    await orphan();
    expect(await wanted()).toBe(1);
    expect(await claimable()).toBe(1);
  });

  it('sees a job that was given back, and one that backs off only when its wait is over', async () => {
    await queue('r1');
    const first = await claim();
    if (first) await giveBack(sql, first);
    expect(await wanted()).toBe(1);
    const second = await claim();
    if (second) await retryLater(sql, second, { code: 'c', message: 'm', waitSeconds: 60 });
    expect(await wanted()).toBe(0);
    await orphan();
    expect(await wanted()).toBe(1);
  });

  it('starts nobody for a job without attempts, nor for one whose line is busy', async () => {
    await queue('r1', 'spent', 1);
    await claim();
    await orphan();
    expect(await wanted()).toBe(0);
    await queue('r2', 'busy');
    await claim();
    await queue('r3', 'busy');
    expect(await wanted()).toBe(0);
  });

  it('counts as many as runners would claim, over several lines', async () => {
    for (const line of ['a', 'b', 'c']) await queue(`first of ${line}`, line);
    await claim();
    await claim();
    await orphan();
    for (const line of ['a', 'b']) await queue(`second of ${line}`, line);
    const figure = await wanted();
    expect(figure).toBe(3);
    expect(await claimable()).toBe(figure);
  });
});
