import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { verifyManifest } from '@millrace/engine';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { trainingRequested } from '@millrace/shared/contracts/events';
import { rng } from '@millrace/shared/domain/rng';
import type { Sql } from '@millrace/shared/ports/database';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { acceptRequest } from '../core/accept-request.ts';
import { someChats, somePairs, storeExamples } from '../testing/ready-examples.ts';
import {
  type Program,
  removeFolder,
  runnerFolder,
  runs,
  startRunnerProgram,
  stepOf,
} from '../testing/runner-program.ts';
import { queueJobs } from './job-queue.ts';

/** Ten kills in `millrace test --long`, three otherwise. */
const kills = process.env['MILLRACE_TEST_LONG'] === '1' ? 10 : 3;
const steps = 80;
const interval = 4; // checkpoint_steps of the folder's settings
const seed = 11;

let database: TestDatabase;
let sql: Sql;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
  const { pairs, sides } = somePairs(40);
  await storeExamples(sql, { examples: [...pairs, ...someChats(40).chats], sides });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(() => {
  folder = runnerFolder();
  return () => removeFolder(folder);
});

const runner = (): Program => startRunnerProgram({ databaseUrl: database.url, folder }, '--once');

type Kind = 'embedding' | 'llm';
const weightsFiles: Readonly<Record<Kind, string>> = {
  embedding: 'model.safetensors',
  llm: 'adapter_model.safetensors',
};

async function ask(kind: Kind, maxAttempts: number): Promise<void> {
  await sql`truncate training_jobs, models, audit, datasets, outbox`;
  await sql`update examples set first_dataset = null, last_dataset = null`;
  const overrides = { max_steps: steps, training_num_epochs: 100 };
  const request = trainingRequested.parse({ request_id: 'r1', model_type: kind, overrides });
  // as if the trigger asked: no cross-validation goes before the training
  const jobs = acceptRequest(request).map((job) => ({ ...job, cause: 'trigger' as const }));
  await sql.begin((tx) => queueJobs(tx, jobs, maxAttempts));
}

const modelRow = z.object({
  path: z.string(),
  dataset_sha256: z.string(),
  report: z.object({ losses: z.array(z.number()) }),
});

/** What the one registered model is, in figures that two runs can be compared by. */
async function outcome(kind: Kind) {
  const rows = await sql`select path, dataset_sha256, report from models`;
  expect(rows).toHaveLength(1);
  const { path: place, dataset_sha256: dataset, report } = modelRow.parse(rows[0]);
  return {
    dataset,
    losses: report.losses,
    weights: verifyManifest(place).files[weightsFiles[kind]],
  };
}

/** The newest step that any attempt has written a checkpoint of; 0 before the first. */
function newestCheckpoint(): number {
  const jobs = path.join(folder, 'data', 'jobs');
  if (!existsSync(jobs)) return 0;
  const written = readdirSync(jobs, { recursive: true }).flatMap(
    (name) => /\/step-(\d{8})$/.exec(String(name))?.[1] ?? [],
  );
  return Math.max(0, ...written.map(Number));
}

/** Kill a runner once a checkpoint of `step` or later is there. @returns the first step that it trained from */
async function killedAfter(step: number): Promise<number> {
  const program = runner();
  const { pid } = await program.until((found) => found['name'] === 'trainer-attempt');
  await expect
    .poll(newestCheckpoint, { timeout: 60_000, interval: 2 })
    .toBeGreaterThanOrEqual(step);
  program.process.kill('SIGKILL');
  await program.ended; // its pipe closes only when the child, which shares it, goes too
  await expect.poll(() => runs(Number(pid)), { timeout: 10_000 }).toBe(false);
  // as if the lease's time had passed
  await sql`update training_jobs set lease_until = clock_timestamp() - interval '1 second' where state = 'running'`;
  return program.lines.map(stepOf).find((from) => from >= 0) ?? 0;
}

describe.each(['embedding', 'llm'] as const)('a runner that trains (%s)', (kind) => {
  it(`when it is killed with -9 takes its child along; ${kills} kills at random steps cost a checkpoint's interval each and change no bit`, async () => {
    await ask(kind, 1);
    expect(await runner().ended).toBe(0);
    const unbroken = await outcome(kind);

    await ask(kind, kills + 1);
    const random = rng(seed);
    const moments = Array.from(
      { length: kills },
      (_, i) => Math.floor(((i + random()) * (steps - 2 * interval)) / kills) + 1,
    );
    let checkpoint = 0;
    for (const step of moments) {
      const from = await killedAfter(step);
      expect(from, 'nothing that has a checkpoint is trained again').toBeGreaterThanOrEqual(
        checkpoint,
      );
      checkpoint = newestCheckpoint();
      expect(await sql`select 1 from models`).toHaveLength(0);
    }
    const last = runner();
    expect(await last.ended).toBe(0);
    expect(last.lines.map(stepOf).find((from) => from >= 0)).toBe(checkpoint);
    expect(await outcome(kind)).toEqual(unbroken);
    const [job] = await sql`select state, attempt, lease_token from training_jobs`;
    expect(job).toEqual({ state: 'succeeded', attempt: kills + 1, lease_token: kills + 1 });
  }, 900_000);

  it('and is paused past its lease with its child writes nothing when it goes on, and counts what was refused', async () => {
    await ask(kind, 5);
    const paused = startRunnerProgram({ databaseUrl: database.url, folder });
    const { port } = await paused.until((found) => found.msg === 'health listening');
    const { pid } = await paused.until((found) => found['name'] === 'trainer-attempt');
    await paused.until((found) => stepOf(found) >= 1);
    for (const stopped of [Number(pid), Number(paused.process.pid)])
      process.kill(stopped, 'SIGSTOP');
    await sql`update training_jobs set lease_until = clock_timestamp() - interval '1 second' where state = 'running'`;

    expect(await runner().ended).toBe(0);
    const model = await outcome(kind);
    const [before] = await sql`select * from training_jobs`;
    expect(before).toMatchObject({ state: 'succeeded', lease_token: 2 });

    for (const stopped of [Number(paused.process.pid), Number(pid)])
      process.kill(stopped, 'SIGCONT');
    await paused.until((found) => found['end'] === 'lease_lost');
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^millrace_training_late_writes_total(\{[^}]*\})? 1$/m);
    expect((await sql`select * from training_jobs`)[0]).toEqual(before);
    expect(await outcome(kind)).toEqual(model);
    expect(await sql`select 1 from outbox`).toHaveLength(1);
    paused.process.kill('SIGTERM');
    expect(await paused.ended).toBe(0);
  }, 240_000);
});
