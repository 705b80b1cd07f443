import { connect } from '@millrace/shared/adapters/postgres/database';
import { trainingRequested } from '@millrace/shared/contracts/events';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { Sql } from '@millrace/shared/ports/database';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptRequest } from '../core/accept-request.ts';
import { trigger } from '../core/trigger.ts';
import { somePairs, storePairs } from '../testing/ready-examples.ts';
import { earlierLooks } from './holdout-looks.ts';
import { queueJobs } from './job-queue.ts';
import {
  type ClaimedJob,
  claimJob,
  endJob,
  giveBack,
  reapExhausted,
  renewLease,
  retryLater,
  setDataset,
  succeed,
  writeProgress,
} from './job-store.ts';
import { triggerFacts } from './trigger-facts.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 20 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate training_jobs, audit, datasets, augmentations, examples, sessions, sides, revisions`;
});

const request = (id: string, more: object = {}) =>
  acceptRequest(trainingRequested.parse({ request_id: id, ...more }));
const queue = (id: string, more: object = {}) =>
  sql.begin((tx) => queueJobs(tx, request(id, more), 3));
const claim = (owner = 'a', leaseSeconds = 60) => claimJob(sql, { owner, leaseSeconds });

async function claimed(leaseSeconds = 60): Promise<ClaimedJob> {
  const job = await claim('a', leaseSeconds);
  if (job === null) throw new Error('no job was there to claim');
  return job;
}

/** As if the lease's time had passed. */
const expire = () =>
  sql`update training_jobs set lease_until = clock_timestamp() - interval '1 second' where state = 'running'`;
const rowOf = async (jobId: string) => {
  const [row] = await sql`select * from training_jobs where job_id = ${jobId}`;
  return row;
};

describe('claimJob', () => {
  it('gives one job to one of twenty who ask at once', async () => {
    await queue('r1');
    const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => claim(`runner ${i}`)));
    const got = claims.filter((job) => job !== null);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ requestId: 'r1', token: 1, attempt: 1, maxAttempts: 3 });
  });

  it('leaves the queued job of a line alone while another of it runs', async () => {
    await queue('r1');
    const first = await claimed();
    await queue('r2');
    expect(await claim('b')).toBeNull();
    await sql.begin((tx) => succeed(tx, first, 'm1'));
    expect(await claim('b')).toMatchObject({ requestId: 'r2' });
  });

  it('hands an expired lease to the next runner; the paused one can write nothing any more', async () => {
    await queue('r1');
    const paused = await claimed();
    await expire();
    const next = await claimed();
    expect(next).toMatchObject({ jobId: paused.jobId, token: 2, attempt: 2 });
    const progress = {
      phase: 'train',
      step: 1,
      total_steps: 2,
      loss: 1,
      tokens: 9,
      tokens_per_second: 1,
      eta_seconds: 1,
    };
    expect(await renewLease(sql, paused, 60)).toBe(false);
    expect(await writeProgress(sql, paused, { progress, checkpoint: 'late' })).toBe(false);
    expect(await sql.begin((tx) => setDataset(tx, paused, 'd'.repeat(64)))).toBe(false);
    expect(await sql.begin((tx) => succeed(tx, paused, 'late model'))).toBe(false);
    expect(await endJob(sql, paused, { state: 'failed', code: 'X', message: 'late' })).toBe(false);
    expect(await retryLater(sql, paused, { code: 'X', message: 'late', waitSeconds: 9 })).toBe(
      false,
    );
    expect(await giveBack(sql, paused)).toBe(false);
    expect(await rowOf(next.jobId)).toMatchObject({
      state: 'running',
      lease_token: 2,
      checkpoint: null,
    });
    expect(await sql.begin((tx) => succeed(tx, next, 'm1'))).toBe(true);
  });

  it('takes up the dataset that an earlier attempt froze', async () => {
    await queue('r1');
    const first = await claimed();
    await sql.begin((tx) => setDataset(tx, first, 'e'.repeat(64)));
    await expire();
    expect(await claim()).toMatchObject({ datasetSha256: 'e'.repeat(64) });
  });
});

describe('the end of an attempt', () => {
  it('given back is free at once and costs no attempt, also while the next job of the line is queued', async () => {
    await queue('r1');
    const first = await claimed();
    await queue('r2');
    expect(await giveBack(sql, first)).toBe(true);
    expect(await claim()).toMatchObject({ jobId: first.jobId, token: 2, attempt: 1 });
  });

  it('that failed waits before the next, and keeps its cause', async () => {
    await queue('r1');
    const first = await claimed();
    await retryLater(sql, first, {
      code: 'MILLRACE_RESOURCE_KILLED',
      message: 'killed',
      waitSeconds: 60,
    });
    expect(await claim()).toBeNull();
    expect(await rowOf(first.jobId)).toMatchObject({ error_code: 'MILLRACE_RESOURCE_KILLED' });
    await expire();
    expect(await claim()).toMatchObject({ attempt: 2 });
  });

  it('the last of which ran out of its lease is reaped', async () => {
    await queue('r1');
    for (let attempt = 0; attempt < 3; attempt++) {
      await claimed();
      await expire();
    }
    expect(await claim()).toBeNull();
    const [reaped, ...others] = await reapExhausted(sql);
    expect(others).toEqual([]);
    expect(await rowOf(reaped ?? '')).toMatchObject({
      state: 'failed',
      error_code: 'MILLRACE_TRAINING_ATTEMPTS_EXHAUSTED',
    });
  });
});

describe('queueJobs', () => {
  const tables = async () => ({
    jobs: await sql`select job_id, model_type, state, error_code from training_jobs order by job_id`,
    audit: await sql`select id, action, subject from audit order by id`,
  });

  it('makes one job of a request that comes again and again', async () => {
    expect(await queue('r1')).toEqual([{ kind: 'new' }]);
    const before = await tables();
    expect(await queue('r1')).toEqual([{ kind: 'repeated' }]);
    await sql.begin(async (tx) => succeed(tx, await claimed(), 'm1'));
    expect(await queue('r1')).toEqual([{ kind: 'repeated' }]);
    expect((await tables()).audit).toEqual(before.audit);
  });

  it('folds a second request into the queued job, for good', async () => {
    await queue('r1');
    expect(await queue('r2')).toEqual([{ kind: 'folded' }]);
    await sql.begin(async (tx) => succeed(tx, await claimed(), 'm1'));
    const before = await tables();
    expect(await queue('r2')).toEqual([{ kind: 'repeated' }]);
    expect(await tables()).toEqual(before);
    expect(before.audit.map((row) => row['action']).sort()).toEqual(['job_folded', 'job_queued']);
  });

  it('folds inside one batch too', async () => {
    const jobs = [...request('r1'), ...request('r2'), ...request('r1')];
    const queued = await sql.begin((tx) => queueJobs(tx, jobs, 3));
    expect(queued.map(({ kind }) => kind)).toEqual(['new', 'folded', 'new']);
    expect((await tables()).jobs).toHaveLength(1);
  });

  it('answers a request for both models with a job each', async () => {
    await queue('r1', { model_type: 'all' });
    const rows = (await tables()).jobs.map((row) => [row['model_type'], row['state']]);
    expect(rows.sort()).toEqual([
      ['embedding', 'queued'],
      ['llm', 'queued'],
    ]);
  });
});

describe('triggerFacts', () => {
  const line = { modelName: 'default', modelType: 'embedding' } as const;
  const limits = settingsSchema.parse({
    training: { min_new_examples: 30, quiet_seconds: 0 },
  }).training;

  it('counts what became ready since the last job, and is silent after it', async () => {
    expect(trigger(await triggerFacts(sql, line), limits)).toMatchObject({ kind: 'not_yet' });
    await storePairs(sql, somePairs(10));
    const facts = await triggerFacts(sql, line);
    expect(facts).toMatchObject({ newExamples: 30, queuedJobs: 0, runningJobs: 0 });
    expect(facts.firstReady).not.toBeNull();
    expect(trigger(facts, limits)).toMatchObject({ kind: 'queue' });
    const chats = await triggerFacts(sql, { ...line, modelType: 'llm' });
    expect(chats).toMatchObject({ newExamples: 0, firstReady: null });
    await queue('r1');
    expect(await triggerFacts(sql, line)).toMatchObject({ newExamples: 0, queuedJobs: 1 });
    expect((await triggerFacts(sql, { ...line, modelName: 'other' })).newExamples).toBe(30);
  });
});

describe('earlierLooks', () => {
  it('counts the other jobs whose candidate was compared on the same holdout, whatever came of them', async () => {
    for (const [dataset, holdout] of [
      ['d1', 'h1'],
      ['d2', 'h1'],
      ['d3', 'h2'],
    ] as const) {
      await sql`
        insert into datasets (sha256, model_name, model_type, manifest_path, counts, holdout_sha256)
        values (${dataset}, 'default', 'embedding', 'm', '{}', ${holdout})`;
    }
    const ended = async (request: string, dataset: string, state: string, phase: string) => {
      await queue(request);
      const { jobId } = await claimed();
      await sql`
        update training_jobs set dataset_sha256 = ${dataset}, state = ${state},
          progress = ${sql.json({ phase })} where job_id = ${jobId}`;
      return jobId;
    };
    const first = await ended('r1', 'd1', 'succeeded', 'export');
    await ended('r2', 'd2', 'failed', 'evaluate candidate');
    await ended('r3', 'd2', 'failed', 'train');
    await ended('r4', 'd3', 'succeeded', 'evaluate candidate');
    const looks = (holdoutSha256: string, jobId: string) =>
      earlierLooks(sql, { holdoutSha256, jobId });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await looks('h1', nobody)).toBe(2);
    expect(await looks('h1', first)).toBe(1);
    expect(await looks('h2', nobody)).toBe(1);
    expect(await looks('h3', nobody)).toBe(0);
  });
});
