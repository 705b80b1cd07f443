import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyManifest } from '@millrace/engine';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { trainingRequested } from '@millrace/shared/contracts/events';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { fetchFolder } from '@millrace/shared/runtime/model-store/fetch-folder';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { acceptRequest } from '../core/accept-request.ts';
import { someChats, somePairs, storeExamples } from '../testing/ready-examples.ts';
import { type Program, runs, startRunnerProgram, stepOf } from '../testing/runner-program.ts';
import { type S3World, s3World } from '../testing/s3-scene.ts';
import { queueJobs } from './job-queue.ts';
import { storedCheckpoints } from './stored-checkpoints.ts';

/** Of the kinds the adapter too in `millrace test --long`. */
const kinds = ['embedding', ...(process.env['MILLRACE_TEST_LONG'] === '1' ? ['llm'] : [])] as const;

let world: S3World;
let database: S3World['database'];
let sql: S3World['sql'];
let scene: S3World['scene'];
let store: ModelStore;
let machine: () => string;
let scratch: string;

beforeAll(async () => {
  world = await s3World({ openModelStore, connect });
  ({ database, sql, scene } = world);
}, 180_000);
afterAll(() => world.close());
beforeEach(async () => {
  await sql`truncate training_jobs, audit, datasets, augmentations, examples, sessions, sides, revisions, models, aliases, outbox`;
  const { pairs, sides } = somePairs(40);
  await storeExamples(sql, { examples: [...pairs, ...someChats(40).chats], sides });
  scene.network.refuse(false);
  ({ store, machine } = await scene.deployment());
  scratch = mkdtempSync(path.join(tmpdir(), 'millrace-runner-s3-'));
  return () => rmSync(scratch, { recursive: true });
});

const runner = (folder: string, ...flags: readonly string[]): Program =>
  startRunnerProgram({ databaseUrl: database.url, folder }, ...flags);

async function ask(id: string, steps: number, kind = 'embedding'): Promise<void> {
  const overrides = { max_steps: steps, training_num_epochs: 100, n_splits: 0 };
  const request = trainingRequested.parse({ request_id: id, model_type: kind, overrides });
  await sql.begin((tx) => queueJobs(tx, acceptRequest(request), 5));
}

const modelRow = z.object({
  model_id: z.string(),
  path: z.string(),
  manifest_sha256: z.string(),
  dataset_sha256: z.string(),
  metrics: z.record(z.string(), z.record(z.string(), z.number())),
  report: z.object({
    losses: z.array(z.number()),
    resumed_at: z.int(),
    steps: z.array(z.object({ step: z.string(), cache: z.string().nullable() })),
  }),
});
type ModelRow = z.infer<typeof modelRow>;
const newestModel = async (): Promise<ModelRow> =>
  modelRow.parse((await sql`select * from models order by created_at desc limit 1`)[0]);
const job = async () =>
  (await sql`select * from training_jobs order by created_at desc limit 1`)[0];

/** Files of the model as the store gives them back. */
async function filesOf({ path: address, manifest_sha256: manifestSha256 }: ModelRow) {
  const folder = path.join(scratch, manifestSha256);
  await fetchFolder(store, { address, manifestSha256, folder });
  return verifyManifest(folder).files;
}

const expireLease = () =>
  sql`update training_jobs set lease_until = clock_timestamp() - interval '1 second' where state = 'running'`;
const checkpointsOfJobs = async () => storedCheckpoints(await store.list(`${store.root}/jobs`));

describe('a runner whose models lie in S3', () => {
  it('stores and names them there; the champion is fetched where it was not made, and refused when it was changed', async () => {
    const [first, second] = [machine(), machine()];
    await ask('r1', 4);
    expect(await runner(first, '--once').ended).toBe(0);
    const made = await newestModel();
    expect(made.path).toMatch(
      new RegExp(`^${store.root}/models/default/embedding/run-1-[0-9a-f-]{36}$`),
    );
    expect(Object.keys(await filesOf(made))).toContain('model.safetensors');
    expect(await store.list(`${store.root}/jobs`)).toEqual([]);
    const [dataset] = await sql`select manifest_path from datasets`;
    expect(await store.list(`${store.root}/datasets`)).toMatchObject([
      { address: dataset?.['manifest_path'] },
    ]);
    const [event] = await sql`select convert_from(value, 'utf8')::json as data from outbox`;
    expect(event?.['data']).toMatchObject({ path: made.path });

    await sql`insert into aliases (model_name, model_type, alias, model_id) values ('default', 'embedding', 'champion', ${made.model_id})`;
    await ask('r2', 5);
    const other = runner(second, '--once');
    expect(await other.ended).toBe(0);
    expect((await newestModel()).metrics).toHaveProperty('champion');
    expect(other.lines.find(({ msg }) => msg === 'model in use at hand')).toMatchObject({
      files_fetched: Object.keys(await filesOf(made)).length,
    });
    const cached = path.join(first, 'data', 'cache', 'models', made.manifest_sha256);
    expect(verifyManifest(cached).sha256, 'where it was made').toBe(made.manifest_sha256);

    writeFileSync(path.join(scratch, 'spoiled'), 'not the weights');
    await store.put(`${made.path}/model.safetensors`, path.join(scratch, 'spoiled'));
    await ask('r3', 7);
    expect(await runner(machine(), '--once').ended).toBe(0);
    expect(await job()).toMatchObject({
      state: 'blocked',
      error_code: 'MILLRACE_INPUT_MODEL_CHANGED',
      error_message: expect.stringContaining(`${made.path}/model.safetensors is not what was`),
    });
  }, 240_000);

  it.each(kinds)(
    'is killed on one machine: another finishes from its checkpoint, to the same bytes (%s)',
    async (kind) => {
      const steps = 40;
      await ask('r1', steps, kind);
      expect(await runner(machine(), '--once').ended).toBe(0);
      const unbroken = await newestModel();
      const weights = async (model: ModelRow) =>
        Object.entries(await filesOf(model)).filter(([name]) => name.endsWith('.safetensors'));
      const expected = await weights(unbroken);
      expect(expected).toHaveLength(1);

      await sql`truncate training_jobs, models, audit, datasets, outbox`;
      await sql`update examples set first_dataset = null, last_dataset = null`;
      await ask('r1', steps, kind);
      const first = runner(machine(), '--once');
      const { pid } = await first.until((found) => found['name'] === 'trainer-attempt');
      await expect
        .poll(async () => (await checkpointsOfJobs())[0]?.step ?? 0, {
          timeout: 60_000,
          interval: 5,
        })
        .toBeGreaterThanOrEqual(8);
      first.process.kill('SIGKILL');
      await first.ended;
      await expect.poll(() => runs(Number(pid)), { timeout: 10_000 }).toBe(false);
      await expireLease();
      const left = await checkpointsOfJobs();
      expect(left.length).toBeLessThanOrEqual(3); // two are kept, a third may just have come
      expect(await sql`select 1 from models`).toHaveLength(0);
      // examples that came meanwhile belong to the next dataset
      const { pairs, sides } = somePairs(45);
      const later = pairs.filter(({ userId }) => Number(userId?.slice(5)) >= 40);
      await storeExamples(sql, { examples: later, sides });

      const second = runner(machine(), '--once');
      expect(await second.ended).toBe(0);
      const finished = await newestModel();
      expect(finished.path).toContain('/run-2-');
      expect(finished.report.resumed_at).toBe(left[0]?.step);
      const base = finished.report.steps.find(({ step }) => step === 'evaluate base');
      expect(base?.cache, 'what was computed on the first machine is not again').toBe('hit');
      expect(finished.dataset_sha256).toBe(unbroken.dataset_sha256);
      expect(finished.report.losses).toEqual(unbroken.report.losses);
      expect(await weights(finished)).toEqual(expected);
      expect(await store.list(`${store.root}/jobs`)).toEqual([]);
    },
    240_000,
  );

  it('waits for a store that is away, at a checkpoint and at the end, and says what it lacks', async () => {
    const folder = machine();
    await ask('r1', 12);
    const program = runner(folder, '--once');
    await program.until((found) => stepOf(found) >= 1);
    scene.network.refuse(true);
    const waits = await program.until(({ msg }) => msg === 'the model waits for the model store');
    expect(waits).toMatchObject({
      error_code: 'MILLRACE_RESOURCE_S3_UNAVAILABLE',
      error_message: expect.stringContaining(`${store.root}/models/default/embedding/run-1-`),
    });
    expect(await sql`select 1 from models`).toHaveLength(0);
    scene.network.refuse(false);
    expect(await program.ended).toBe(0);
    expect(program.lines.map(({ msg }) => msg)).toContain(
      'the checkpoint waits for the model store',
    );
    expect(await job()).toMatchObject({ state: 'succeeded', attempt: 1 });
    await filesOf(await newestModel());
    expect(existsSync(path.join(folder, 'data', 'outgoing'))).toBe(true);
    expect(readdirSync(path.join(folder, 'data', 'outgoing'))).toEqual([]);
  }, 120_000);

  it('told to stop stores its checkpoint before it gives the job back', async () => {
    await ask('r1', 400);
    const program = runner(machine());
    await program.until((found) => stepOf(found) >= 1);
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    const row = await job();
    expect(row).toMatchObject({ state: 'running', attempt: 0, lease_owner: null });
    expect((await checkpointsOfJobs())[0]?.address).toBe(row?.['checkpoint']);
  }, 120_000);

  it('and comes late changes nothing of what another attempt has stored', async () => {
    await ask('r1', 60);
    const late = runner(machine());
    const { pid } = await late.until((found) => found['name'] === 'trainer-attempt');
    await late.until((found) => stepOf(found) >= 1);
    const both = [Number(pid), Number(late.process.pid)];
    for (const stopped of both) process.kill(stopped, 'SIGSTOP');
    await expireLease();
    expect(await runner(machine(), '--once').ended).toBe(0);
    const model = await newestModel();
    const files = await filesOf(model);
    for (const stopped of both.reverse()) process.kill(stopped, 'SIGCONT');
    await late.until((found) => found['end'] === 'lease_lost');
    late.process.kill('SIGTERM');
    expect(await late.ended).toBe(0);
    rmSync(path.join(scratch, model.manifest_sha256), { recursive: true });
    expect(await filesOf(await newestModel())).toEqual(files);
    expect(await store.list(`${store.root}/models`)).toHaveLength(Object.keys(files).length + 1);
  }, 120_000);
});
