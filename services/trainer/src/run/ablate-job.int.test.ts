import { connect } from '@millrace/shared/adapters/postgres/database';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { trainingRequested } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import { aCopyOf } from '@millrace/shared/testing/a-pair';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyPolicyOf, standingVerdicts } from '../core/ablation.ts';
import { acceptRequest } from '../core/accept-request.ts';
import { somePairs, storePairs } from '../testing/ready-examples.ts';
import { removeFolder, runnerFolder, startRunnerProgram } from '../testing/runner-program.ts';
import { ablationsOf, recordAblation } from './ablation-store.ts';
import { queueJobs } from './job-queue.ts';
import { claimJob } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import { triggerFacts } from './trigger-facts.ts';

let database: TestDatabase;
let sql: Sql;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate training_jobs, ablations, audit, datasets, augmentations, examples, sessions, sides, revisions, models, aliases, outbox`;
  folder = runnerFolder();
  return () => removeFolder(folder);
});

const ask = (request_id: string, more: object = {}) =>
  sql.begin((tx) =>
    queueJobs(tx, acceptRequest(trainingRequested.parse({ request_id, ...more })), 5),
  );
const line = { modelName: 'default', modelType: 'embedding' } as const;
const ablation = { kind: 'ablation', overrides: { max_steps: 2, n_splits: 2 } };

describe('an ablation as a job', () => {
  it('is queued beside a training of its line, once', async () => {
    expect(await ask('t')).toEqual([{ kind: 'new' }]);
    expect(await ask('a', ablation)).toEqual([{ kind: 'new' }]);
    expect(await ask('a', ablation)).toEqual([{ kind: 'repeated' }]);
    expect(await ask('b', ablation)).toEqual([{ kind: 'folded' }]);
    const claimed = await claimJob(sql, { owner: 'x', leaseSeconds: 60 });
    expect(claimed?.kind).toBe('training');
    // one job of a line runs at a time, of whatever kind
    expect(await claimJob(sql, { owner: 'y', leaseSeconds: 60 })).toBeNull();
  });

  it('covers what a request asked about that was folded into it', async () => {
    const about = (...techniques: string[]) => ({ ...ablation, techniques });
    const asked = async () =>
      (await sql`select scope->'techniques' as t from training_jobs`)[0]?.['t'];
    await ask('a', about('synonym'));
    expect(await asked()).toEqual(['synonym']);
    expect(await ask('b', about('deletion'))).toEqual([{ kind: 'folded' }]);
    expect(await ask('b', about('deletion'))).toEqual([{ kind: 'repeated' }]);
    expect(await asked()).toEqual(['deletion', 'synonym']);
    await ask('c', ablation);
    await ask('d', about('insertion'));
    const job = await claimJob(sql, { owner: 'x', leaseSeconds: 60 });
    expect(job).toMatchObject({ requestId: 'a', techniques: null });
    expect(await ask('e', about('insertion'))).toEqual([{ kind: 'new' }]);
  });

  it('is no training: the examples that it saw still wait for one', async () => {
    await storePairs(sql, somePairs(5));
    await ask('a', ablation);
    const facts = await triggerFacts(sql, line);
    expect(facts).toMatchObject({ newExamples: 15, queuedJobs: 1 });
  });

  it('ends under its token only, and says so once', async () => {
    await ask('a', ablation);
    const job = await claimJob(sql, { owner: 'x', leaseSeconds: 60 });
    if (job === null) throw new TypeError('no job');
    const made = {
      made_at: '2026-01-01T00:00:00.000Z',
      model_name: 'default',
      model_type: 'embedding' as const,
      base: 'tiny',
      dataset_sha256: 'd',
      augmentor_revision: 'a1',
      metric: 'mrr@10' as const,
      n_splits: 2,
      seeds: [1, 2, 3],
      steps: [2, 2],
      originals: [9, 9],
      queries: 18,
      groups: 6,
      techniques: [],
      seconds: 1,
      notes: [],
    };
    const store = deliveryStore(sql);
    const late = { ...job, token: job.token - 1 };
    await expect(recordAblation(store, late, made)).rejects.toThrow(LeaseLost);
    expect(await ablationsOf(sql, line)).toEqual([]);
    await recordAblation(store, job, made);
    await recordAblation(store, job, made);
    expect(await ablationsOf(sql, line)).toEqual([made]);
    const [row] = await sql`select state, model_id from training_jobs`;
    expect(row).toEqual({ state: 'succeeded', model_id: null });
  });

  it('is about the techniques that were asked for, and blocked when one of them makes no copies', async () => {
    const { pairs, sides } = somePairs(12);
    const copies = pairs.flatMap((pair) => [aCopyOf(pair, 'synonym'), aCopyOf(pair, 'deletion')]);
    await storePairs(sql, { pairs: [...pairs, ...copies], sides });
    const run = async () => {
      const runner = startRunnerProgram({ databaseUrl: database.url, folder }, '--once');
      expect(await runner.ended).toBe(0);
    };
    await ask('a', { ...ablation, techniques: ['deletion'] });
    await run();
    const [made] = await ablationsOf(sql, line);
    expect(made?.techniques.map(({ technique }) => technique)).toEqual(['deletion']);
    expect(made?.notes).toEqual([]);
    await ask('b', { ...ablation, techniques: ['contextual', 'deletion'] });
    await run();
    const [job] = await sql`select state, error_code from training_jobs where request_id = 'b'`;
    expect(job).toEqual({ state: 'blocked', error_code: 'MILLRACE_INPUT_TECHNIQUE' });
    expect(await ablationsOf(sql, line)).toHaveLength(1);
  }, 300_000);

  it('runs in a runner, and the next training follows what it came to', async () => {
    const { pairs, sides } = somePairs(12);
    const copies = pairs.map((pair) => aCopyOf(pair, 'synonym'));
    await storePairs(sql, { pairs: [...pairs, ...copies], sides });
    await ask('a', ablation);
    const first = startRunnerProgram({ databaseUrl: database.url, folder }, '--once');
    expect(await first.ended).toBe(0);
    const [made] = await ablationsOf(sql, line);
    expect(made).toMatchObject({
      model_name: 'default',
      augmentor_revision: 'a1',
      n_splits: 2,
      techniques: [{ technique: 'synonym', copies: 1 }],
      notes: expect.arrayContaining(['deletion has no copy of these pairs: not ablated']),
    });
    expect(await sql`select 1 from datasets`).toHaveLength(0);
    const policy = copyPolicyOf(standingVerdicts(await ablationsOf(sql, line)));

    await ask('t', { overrides: { max_steps: 1, n_splits: 0 } });
    const second = startRunnerProgram({ databaseUrl: database.url, folder }, '--once');
    expect(await second.ended).toBe(0);
    const [dataset] = await sql<{ counts: { dropped: Record<string, number>; train: number } }[]>`
      select counts from datasets`;
    const originals = pairs.filter((pair) => Number(pair.userId?.slice(5)) % 5 !== 0).length;
    if (policy['synonym'] === 0) {
      expect(dataset?.counts.dropped['technique_off']).toBeGreaterThan(0);
      expect(dataset?.counts.train).toBeLessThanOrEqual(originals);
    } else expect(dataset?.counts.dropped['technique_off']).toBeUndefined();
    const [model] = await sql<{ notes: string[] }[]>`select report->'notes' as notes from models`;
    expect(model?.notes.join()).toContain('copies by ablation: synonym');
  }, 300_000);
});
