import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { verifyManifest } from '@millrace/engine';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { trainingRequested } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { acceptRequest } from '../core/accept-request.ts';
import { someChats, somePairs, storeExamples, storePairs } from '../testing/ready-examples.ts';
import {
  type Line,
  type Program,
  removeFolder,
  runnerFolder,
  startRunnerProgram,
  stepOf,
} from '../testing/runner-program.ts';
import { crossValidationSchema } from './cross-validation-schema.ts';
import { queueJobs } from './job-queue.ts';
import { examplesErased } from './register-model.ts';

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
  await sql`truncate training_jobs, audit, datasets, augmentations, examples, sessions, sides, revisions, models, aliases, outbox, tombstones`;
  folder = runnerFolder();
  return () => removeFolder(folder);
});

const runner = (...flags: readonly string[]): Program =>
  startRunnerProgram({ databaseUrl: database.url, folder }, ...flags);
const ask = (more: object = {}) =>
  sql.begin((tx) =>
    queueJobs(tx, acceptRequest(trainingRequested.parse({ request_id: 'r1', ...more })), 5),
  );
const job = async () => (await sql`select * from training_jobs`)[0];
const model = async () => (await sql`select * from models`)[0];
const report = z.object({ losses: z.array(z.number()), resumed_at: z.int() });
const folded = z.object({ cross_validation: crossValidationSchema });
const isFrom =
  (from: number) =>
  ({ userId }: { readonly userId: string | null }): boolean =>
    Number(userId?.slice(5)) >= from;

/** What holds for every kind of model is tested with each. */
const kinds = [
  {
    modelType: 'embedding',
    store: (users: number, from = 0) => {
      const { pairs, sides } = somePairs(users);
      return storeExamples(sql, { examples: pairs.filter(isFrom(from)), sides });
    },
    counts: { train: 94, holdout: 24, ready: 120, dropped: { outlier: 2 } },
    weights: 'model.safetensors',
  },
  {
    modelType: 'llm',
    store: (users: number, from = 0) => {
      const { chats, sides } = someChats(users);
      return storeExamples(sql, { examples: chats.filter(isFrom(from)), sides });
    },
    counts: { train: 32, holdout: 8, ready: 40 },
    weights: 'adapter_model.safetensors',
  },
] as const;
type Kind = (typeof kinds)[number];

const trainStep = (least: number) => (found: Line) => stepOf(found) >= least;

describe('runner --once', () => {
  it('exits 0 when no job waits', async () => {
    const program = runner('--once');
    expect(await program.ended).toBe(0);
    expect(program.lines.map((l) => l.msg)).toContain('no job waits');
  });

  it.each(kinds)(
    'trains, exports and registers a model that is whole: $modelType',
    async ({ modelType, store, counts, weights }) => {
      await store(40);
      await ask({ model_type: modelType, overrides: { max_steps: 6 } });
      const program = runner('--once');
      expect(await program.ended).toBe(0);
      expect(await job()).toMatchObject({ state: 'succeeded', lease_owner: null, attempt: 1 });
      const made = await model();
      expect(made).toMatchObject({ decision: 'insufficient_evidence', lease_token: 1 });
      const folderOfModel = z.string().parse(made?.['path']);
      expect(folderOfModel).toMatch(new RegExp(`models/default/${modelType}/run-1-[0-9a-f-]{36}$`));
      expect(existsSync(path.join(folderOfModel, weights))).toBe(true);
      expect(verifyManifest(folderOfModel).sha256).toBe(made?.['manifest_sha256']);
      expect(made?.['report']).toMatchObject({ holdout_looks: 1 });
      expect(report.parse(made?.['report']).losses).toHaveLength(6);
      const sha256 = z.string().parse((await job())?.['dataset_sha256']);
      const [dataset] = await sql`select * from datasets`;
      expect(dataset).toMatchObject({ sha256, model_type: modelType, counts });
      const marked =
        await sql`select 1 from examples where first_dataset = ${sha256} and last_dataset = ${sha256}`;
      expect(marked).toHaveLength(counts.train + counts.holdout);
      const audits = await sql`select action from audit order by action`;
      expect(audits.map((row) => row['action'])).toEqual(['job_queued', 'model_registered']);
      expect(
        existsSync(path.join(folder, 'data', 'jobs', z.string().parse((await job())?.['job_id']))),
      ).toBe(false);
    },
    120_000,
  );

  it('blocks a job whose data break a limit, with the limit, the value and the setting', async () => {
    await storePairs(sql, somePairs(1));
    await ask();
    expect(await runner('--once').ended).toBe(0);
    expect(await job()).toMatchObject({
      state: 'blocked',
      error_code: 'MILLRACE_TRAINING_DATASET_INVALID',
      error_message: expect.stringContaining('limit 5 (training.min_training_examples)'),
    });
    expect(await model()).toBeUndefined();
  }, 60_000);
});

describe('a runner that is cut short', () => {
  const steps = 40;

  async function unbroken({
    modelType,
    store,
    weights,
  }: Kind): Promise<{ weights: unknown; dataset: unknown; losses: number[] }> {
    const asked = {
      model_type: modelType,
      overrides: { max_steps: steps, training_num_epochs: 50, n_splits: 0 },
    };
    await store(40);
    await ask(asked);
    expect(await runner('--once').ended).toBe(0);
    const made = await model();
    const result = {
      weights: verifyManifest(z.string().parse(made?.['path'])).files[weights],
      dataset: made?.['dataset_sha256'],
      losses: report.parse(made?.['report']).losses,
    };
    await sql`truncate training_jobs, models, audit, datasets, outbox`;
    await sql`update examples set first_dataset = null, last_dataset = null`;
    await ask(asked);
    return result;
  }

  it.each(kinds)(
    'told to stop writes a checkpoint, gives the job back and exits 0; new examples do not change its dataset: $modelType',
    async (kind) => {
      const whole = await unbroken(kind);
      const first = runner();
      await first.until(trainStep(1));
      first.process.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(await job()).toMatchObject({ state: 'running', attempt: 0, lease_owner: null });
      const { pairs, sides } = somePairs(45);
      const added = pairs.filter((pair) => Number(pair.userId?.slice(5)) >= 40);
      await storePairs(sql, { pairs: added, sides });
      expect(await runner('--once').ended).toBe(0);
      const made = await model();
      expect(made).toMatchObject({ dataset_sha256: whole.dataset, lease_token: 2 });
      const { losses, resumed_at } = report.parse(made?.['report']);
      expect(resumed_at).toBeGreaterThanOrEqual(1);
      expect(losses).toEqual(whole.losses);
      const files = verifyManifest(z.string().parse(made?.['path'])).files;
      expect(files[kind.weights]).toEqual(whole.weights);
    },
    240_000,
  );

  it('killed in a cross-validation does not repeat the folds that are done', async () => {
    await storePairs(sql, somePairs(40));
    await ask({ overrides: { max_steps: steps, training_num_epochs: 50, n_splits: 3 } });
    const first = runner('--once');
    await first.until((l) => l['phase'] === 'cross-validation 2 of 3' && Number(l['step']) >= 1);
    first.process.kill('SIGKILL');
    await first.ended;
    const second = runner();
    await second.until((found) => found.msg === 'attempt ended');
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(await job()).toMatchObject({
      state: 'succeeded',
      error_code: null,
      error_message: null,
    });
    const made = folded.parse((await model())?.['report']).cross_validation;
    expect(made).toMatchObject({ n_splits: 3, max_steps: 8, label: 'topic' });
    expect(made.folds.map(({ cache }) => cache)).toEqual(['hit', 'miss', 'miss']);
  }, 240_000);

  it('holds its lease while the child is stopped for longer than the lease', async () => {
    await storePairs(sql, somePairs(40));
    await ask({ overrides: { max_steps: 8 } });
    const program = runner('--once');
    const { pid } = await program.until((found) => found['name'] === 'trainer-attempt');
    process.kill(Number(pid), 'SIGSTOP');
    const token = async () =>
      (await sql`select lease_until > clock_timestamp() as held from training_jobs`)[0];
    const [before] = await sql`select clock_timestamp() + interval '5 seconds' as later`;
    for (;;) {
      const [now] =
        await sql`select clock_timestamp() > ${before?.['later']} as over, pg_sleep(0.2)`;
      expect(await token()).toEqual({ held: true });
      if (now?.['over'] === true) break;
    }
    process.kill(Number(pid), 'SIGCONT');
    expect(await program.ended).toBe(0);
    expect(await job()).toMatchObject({ state: 'succeeded', lease_token: 1 });
  }, 120_000);

  it.each(kinds)(
    'keeps no model of what was forgotten while it trained, and begins anew without it: $modelType',
    async ({ modelType, store }) => {
      await store(40);
      await ask({ model_type: modelType, overrides: { max_steps: 6, n_splits: 0 } });
      const first = runner('--once');
      const { pid } = await first.until((found) => found['name'] === 'trainer-attempt');
      await first.until(trainStep(1));
      process.kill(Number(pid), 'SIGSTOP');
      const [gone] = await sql<{ id: string; source: string; session: string }[]>`
        select e.id, e.source, e.session_id as session from examples e
        join augmentations a using (source, session_id, version, revision) where a.side = 'train' order by e.id limit 1`;
      if (gone === undefined) throw new Error('nothing to forget');
      const subject = { source: gone.source, kind: 'session', id: gone.session } as const;
      await erase(sql, { subject, by: 'ann', why: 'a test' });
      process.kill(Number(pid), 'SIGCONT');
      expect(await first.ended).toBe(0);
      const before = await job();
      expect(before).toMatchObject({ state: 'running', error_code: examplesErased });
      expect(await model()).toBeUndefined();
      expect(readdirSync(path.join(folder, 'models', 'default', modelType))).toEqual([]);
      expect(readdirSync(path.join(folder, 'data', 'jobs'))).toEqual([]);
      await sql`update training_jobs set lease_until = clock_timestamp()`;
      expect(await runner('--once').ended).toBe(0);
      const made = await model();
      expect(await job()).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(made?.['dataset_sha256']).not.toBe(before?.['dataset_sha256']);
      expect(made?.['report']).toMatchObject({ resumed_at: 0 });
      const manifest = path.join(folder, 'data/datasets', `${made?.['dataset_sha256']}.ndjson`);
      expect(readFileSync(manifest, 'utf8')).not.toContain(gone.id);
    },
    240_000,
  );

  it.each(kinds)(
    'whose job another runner took kills its child and writes nothing: $modelType',
    async ({ modelType, store }) => {
      await store(40);
      const overrides = { max_steps: 400, training_num_epochs: 200, n_splits: 0 };
      await ask({ model_type: modelType, overrides });
      const program = runner('--once');
      await program.until(trainStep(1));
      await sql`update training_jobs set lease_token = lease_token + 1, lease_owner = 'another', lease_until = clock_timestamp() + interval '1 hour'`;
      expect(await program.ended).toBe(0);
      expect(program.lines.map((l) => l.msg)).toContain(
        'the lease was lost: the attempt was stopped and is discarded',
      );
      expect(await job()).toMatchObject({
        state: 'running',
        lease_owner: 'another',
        lease_token: 2,
      });
      expect(await model()).toBeUndefined();
      expect(existsSync(path.join(folder, 'models'))).toBe(false);
    },
    120_000,
  );
});

describe('the settings', () => {
  it('that are wrong end the runner with exit 2 and one line', async () => {
    writeFileSync(
      path.join(folder, 'settings.yaml'),
      'training: { lease_seconds: -1, nonsense: 3 }',
    );
    const program = runner();
    expect(await program.ended).toBe(2);
    const said = program.lines.map((l) => l.msg).join('\n');
    expect(said).toContain('training.lease_seconds');
    expect(said).toContain('training.nonsense');
  });
});
