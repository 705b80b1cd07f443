import { connect } from '@millrace/shared/adapters/postgres/database';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { trainingRequested } from '@millrace/shared/contracts/events';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptRequest } from '../core/accept-request.ts';
import { freeze } from '../core/freeze.ts';
import { somePairs, storePairs } from '../testing/ready-examples.ts';
import { queueJobs } from './job-queue.ts';
import { type ClaimedJob, claimJob, hasSucceeded, renewLease } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import { examplesErased, type Registration, registerModel } from './register-model.ts';

let database: TestDatabase;
let sql: Sql;
const settings = settingsSchema.parse({});
const made = somePairs(10);
const revisions = { validator: 'v1', augmentor: 'a1' };
const frozen = freeze({
  modelType: 'embedding',
  examples: made.pairs,
  sides: made.sides,
  settings,
  seed: 1,
  revisions,
});

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate training_jobs, models, aliases, audit, outbox, examples, sessions, augmentations, sides, revisions, tombstones`;
  await storePairs(sql, made);
});

async function claimed(id: string): Promise<ClaimedJob> {
  const jobs = acceptRequest(trainingRequested.parse({ request_id: id }));
  await sql.begin((tx) => queueJobs(tx, jobs, 3));
  const job = await claimJob(sql, { owner: 'test', leaseSeconds: 60 });
  if (job === null) throw new Error('no job to claim');
  return job;
}

function registration(
  job: ClaimedJob,
  decision: Registration['trained']['gate']['decision'],
): Registration {
  return {
    job,
    nowMs: 0,
    crossValidation: null,
    inputs: {
      base_files: {},
      code_sha256: 'c',
      machine: { backend: 'a test', processor: 'none', cores: 1, node: '' },
      settings: { embedding: {}, llm: {}, training: {} },
      overrides: {},
      found: null,
      notes: [],
      champion: null,
    },
    dataset: { frozen, revision: examplesRevision(revisions), revisions, result: null, notes: [] },
    trained: {
      path: `/models/${job.jobId}`,
      manifestSha256: 'c'.repeat(64),
      base: 'a-base',
      llm: null,
      metrics: { base: { 'mrr@10': 0.1 }, candidate: { 'mrr@10': 0.2 } },
      gate: {
        decision,
        sentence: decision,
        gain: 0.1,
        lowerBound: 0.05,
        queries: 300,
        groups: 30,
        forgotten: 0,
      },
      holdoutLooks: 1,
      losses: [2, 1],
      leftOver: [0],
      tokens: 100,
      resumedAt: 0,
      settings: [],
      machine: 'a test',
      steps: [],
      range: null,
      found: null,
      devLosses: [],
    },
  };
}

const champion = async () =>
  (await sql`select model_id from aliases where alias = 'champion'`)[0]?.['model_id'];
const actions = async () =>
  (await sql`select action from audit order by at, action`).map((row) => row['action']);

describe('registerModel()', () => {
  it('promotes: model, job, examples, alias, audit and event together', async () => {
    const job = await claimed('r1');
    const modelId = await registerModel(deliveryStore(sql), registration(job, 'promoted'));
    expect(await champion()).toBe(modelId);
    expect(await actions()).toEqual(['job_queued', 'model_registered', 'alias_moved']);
    const [event, ...others] =
      await sql`select topic, key, convert_from(value, 'utf8')::json as data from outbox`;
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      topic: topics.modelEvaluated.name,
      key: 'default/embedding',
      data: {
        model_id: modelId,
        decision: 'promoted',
        dataset_sha256: frozen.datasetSha256,
        alias_moved: { alias: 'champion', from: null, cause: 'gate' },
      },
    });
    const used = [...frozen.train, ...frozen.holdout].length;
    expect(
      await sql`select 1 from examples where first_dataset = ${frozen.datasetSha256}`,
    ).toHaveLength(used);
  });

  it('keeps no model of an example that was erased while it was trained', async () => {
    const job = await claimed('r1');
    const [example] = frozen.train;
    if (example === undefined) throw new Error('nothing to train on');
    const { source, sessionId } = example.key;
    const subject = { source, kind: 'session', id: sessionId } as const;
    await erase(sql, { subject, by: 'ann', why: 'a test' });
    const registering = registerModel(deliveryStore(sql), registration(job, 'promoted'));
    await expect(registering).rejects.toMatchObject({ code: examplesErased });
    await expect(registering).rejects.toBeInstanceOf(PoisonError);
    expect(await champion()).toBeUndefined();
    expect(await sql`select 1 from models`).toHaveLength(0);
  });

  it('leaves the champion where it is when the gate does not promote', async () => {
    const first = await registerModel(
      deliveryStore(sql),
      registration(await claimed('r1'), 'promoted'),
    );
    await sql`truncate outbox`;
    await registerModel(deliveryStore(sql), registration(await claimed('r2'), 'refused'));
    expect(await champion()).toBe(first);
    const [event] = await sql`select convert_from(value, 'utf8')::json as data from outbox`;
    expect(event?.['data']).not.toHaveProperty('alias_moved');
    const third = await registerModel(
      deliveryStore(sql),
      registration(await claimed('r3'), 'promoted'),
    );
    expect(await champion()).toBe(third);
    const [moved] =
      await sql`select detail from audit where action = 'alias_moved' and subject = ${third}`;
    expect(moved?.['detail']).toMatchObject({ from: first, to: third });
  });

  it('changes nothing for an attempt that lost its lease', async () => {
    const job = await claimed('r1');
    await sql`update training_jobs set lease_token = lease_token + 1`;
    await expect(registerModel(deliveryStore(sql), registration(job, 'promoted'))).rejects.toThrow(
      LeaseLost,
    );
    expect(await sql`select 1 from models`).toHaveLength(0);
    expect(await sql`select 1 from outbox`).toHaveLength(0);
    expect(await champion()).toBeUndefined();
    expect(await sql`select 1 from examples where first_dataset is not null`).toHaveLength(0);
  });

  it('ends the lease without losing it: a renewal is refused, and the job is known to have succeeded', async () => {
    const job = await claimed('r1');
    expect(await hasSucceeded(sql, job)).toBe(false);
    await registerModel(deliveryStore(sql), registration(job, 'promoted'));
    expect(await renewLease(sql, job, 60)).toBe(false);
    expect(await hasSucceeded(sql, job)).toBe(true);
    expect(await hasSucceeded(sql, { ...job, token: job.token + 1 })).toBe(false);
  });

  it('may be called again when the answer to the commit was lost', async () => {
    const job = await claimed('r1');
    const first = await registerModel(deliveryStore(sql), registration(job, 'promoted'));
    const before = await sql`select * from audit order by id`;
    expect(await registerModel(deliveryStore(sql), registration(job, 'promoted'))).toBe(first);
    expect(await sql`select 1 from models`).toHaveLength(1);
    expect(await sql`select * from audit order by id`).toEqual(before);
  });
});
