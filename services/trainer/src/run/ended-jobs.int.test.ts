import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { silentLogger } from '@millrace/shared/testing/silent';
import { type StoreWorld, storeWorld } from '@millrace/shared/testing/store-world';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder, runnerFolder } from '../testing/runner-program.ts';
import { removeEndedJobs } from './ended-jobs.ts';

let world: StoreWorld;
let folder: string;
beforeAll(async () => {
  world = await storeWorld();
  folder = runnerFolder();
});
afterAll(async () => {
  removeFolder(folder);
  await world.close();
});

it('removes what ended jobs have left but the models that are registered, and nothing of others', async () => {
  const { sql, store } = world;
  const [ended, running, unknown] = [randomUUID(), randomUUID(), randomUUID()];
  for (const [id, state] of [
    [ended, 'failed'],
    [running, 'running'],
  ] as const)
    await sql`
      insert into training_jobs (job_id, request_id, model_name, model_type, cause, reason, scope, overrides, state, max_attempts, progress)
      values (${id}, ${id}, 'default', 'embedding', 'request', 'requested', '{}', '{}', ${state}, 3, '{}')`;
  await sql`
    insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256, base,
      metrics, decision, sentence, report)
    values ('m', ${ended}, 2, 'default', 'embedding', 'p', 'h', 'd', 'b', '{}', 'refused', 's', '{}')`;
  const jobs = path.join(folder, 'data', 'jobs');
  const line = path.join(folder, 'models', 'default', 'embedding');
  for (const id of [ended, running, unknown])
    for (const made of [path.join(jobs, id, 'token-1'), path.join(line, `run-1-${id}`)])
      mkdirSync(made, { recursive: true });
  mkdirSync(path.join(line, `run-2-${ended}`));

  const storage = { data_dir: path.join(folder, 'data'), model_dir: path.join(folder, 'models') };
  await removeEndedJobs({
    store,
    settings: settingsSchema.parse({ storage }),
    logger: silentLogger,
  });
  expect(readdirSync(jobs).toSorted()).toEqual([running, unknown].toSorted());
  expect(readdirSync(line).toSorted()).toEqual(
    [`run-2-${ended}`, `run-1-${running}`, `run-1-${unknown}`].toSorted(),
  );
});
