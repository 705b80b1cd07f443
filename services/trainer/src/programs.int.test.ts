import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { type Topic, topics } from '@millrace/shared/contracts/topics';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { Running } from '@millrace/shared/runtime/worker';
import { type StageWorld, stageWorld } from '@millrace/shared/testing/stage-world';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startScheduler } from './programs.ts';
import { claimJob, succeed } from './run/job-store.ts';
import { somePairs, storePairs } from './testing/ready-examples.ts';

let world: StageWorld;
let parts: readonly Running[] = [];
const settings = settingsSchema.parse({ training: { min_new_examples: 30, quiet_seconds: 0 } });

beforeAll(async () => {
  world = await stageWorld([topics.trainingRequested, topics.examplesReady]);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`truncate training_jobs, audit, augmentations, examples, sessions, sides, revisions`;
  parts = await startScheduler({ ...world.runtime, settings });
});
afterEach(async () => {
  for (const part of parts) await part.stop(10_000);
});

async function publish(topic: Topic, key: string, data: object): Promise<void> {
  const output = { topic, naturalKey: [key, JSON.stringify(data)], key, data, traceparent: null };
  const context = { stage: 'trainer', nowMs: 0, traceparent: null } as const;
  await world.runtime.bus.publish([outboxRow(output, context)]);
}
const ask = (request_id: string, more: object = {}) =>
  publish(topics.trainingRequested, 'default/embedding', { request_id, ...more });
const jobs = () => world.sql`select * from training_jobs order by created_at, model_type`;
const audits = async () =>
  (await world.sql`select action from audit order by at, action`).map((row) => row['action']);
const jobsBecome = (count: number) => expect.poll(jobs, { timeout: 20_000 }).toHaveLength(count);

/** Everything published so far was handled: a later request was. */
async function caughtUp(): Promise<void> {
  await ask(`marker ${Math.round(performance.now())}`, { model_name: 'marker', model_type: 'llm' });
  await expect
    .poll(() => world.sql`select 1 from training_jobs where model_name = 'marker'`, {
      timeout: 20_000,
    })
    .toHaveLength(1);
  await world.sql`delete from training_jobs where model_name = 'marker'`;
  await world.sql`delete from audit where detail->>'model_name' = 'marker'`;
}

describe('the scheduler', () => {
  it('makes one job of a request, however often it comes, and folds a second one of the line', async () => {
    await ask('r1', { overrides: { max_steps: 7 } });
    await jobsBecome(1);
    await ask('r1', { overrides: { max_steps: 7 } });
    await ask('r2');
    await caughtUp();
    const [job, ...others] = await jobs();
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      request_id: 'r1',
      state: 'queued',
      cause: 'request',
      overrides: { max_steps: 7 },
      max_attempts: 3,
    });
    expect(await audits()).toEqual(['job_queued', 'job_folded']);
  });

  it('answers a request for both models with a job each', async () => {
    await ask('r1', { model_type: 'all' });
    await jobsBecome(2);
    expect((await jobs()).map((job) => [job['model_type'], job['state']])).toEqual([
      ['embedding', 'queued'],
      ['llm', 'queued'],
    ]);
  });

  it('queues a training by itself when enough examples are ready and the line is quiet, once', async () => {
    await storePairs(world.sql, somePairs(12));
    const data = {
      source: 'test',
      session_id: 's',
      version: 1,
      revision: 'a1',
      pairs: 36,
      chats: 0,
    };
    await publish(topics.examplesReady, 's', data);
    await jobsBecome(1);
    const [job] = await jobs();
    expect(job).toMatchObject({ cause: 'trigger', state: 'queued' });
    expect(job?.['reason']).toMatch(/^36 new examples, quiet for \d+ s$/);
    const claimed = await claimJob(world.sql, { owner: 'test', leaseSeconds: 60 });
    if (claimed === null) throw new Error('no job to claim');
    await world.sql.begin((tx) => succeed(tx, claimed, 'm1'));
    await publish(topics.examplesReady, 's', { ...data, version: 2 });
    await caughtUp();
    expect(await jobs()).toHaveLength(1);
  });
});

describe('main.ts', () => {
  it('without a program says what there is and ends with 2', async () => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')]);
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(said).toBe('usage: main.ts scheduler | main.ts runner [--once]\n');
  });
});
