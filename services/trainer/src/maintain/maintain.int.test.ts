import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { TransientError } from '@millrace/shared/domain/errors';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reapExhausted } from '../run/job-store.ts';
import { type S3World, s3World } from '../testing/s3-scene.ts';
import { maintain } from './maintain.ts';

let world: S3World;
let database: S3World['database'];
let sql: S3World['sql'];
let scene: S3World['scene'];
let folder: string;

beforeAll(async () => {
  world = await s3World({ openModelStore, connect });
  ({ database, sql, scene } = world);
}, 180_000);
afterAll(() => world.close());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-maintain-'));
  scene.network.refuse(false);
  return () => rmSync(folder, { recursive: true });
});

/** Storage on this machine alone, or with models in a bucket of its own. */
async function settingsOn(kind: ModelStore['kind']): Promise<Settings> {
  const storage = { data_dir: path.join(folder, 'data'), model_dir: path.join(folder, 'models') };
  if (kind === 'folder') return settingsSchema.parse({ storage });
  const { store } = await scene.deployment();
  const s3 = { endpoint: `http://127.0.0.1:${scene.network.port}`, path_style: true };
  return settingsSchema.parse({ storage: { ...storage, model_store: store.root, s3 } });
}

type State = 'running' | 'succeeded' | 'exhausted';

/** A job in that state; `exhausted`: its last runner was killed, and nobody has said so yet. */
async function jobIn(state: State): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into training_jobs (job_id, request_id, model_name, model_type, cause, reason, scope, overrides, state,
      attempt, max_attempts, progress, lease_until)
    values (${id}, ${id}, ${id}, 'embedding', 'request', 'requested', '{}', '{}',
      ${state === 'succeeded' ? 'succeeded' : 'running'}, 3, 3, '{}',
      clock_timestamp() + make_interval(secs => ${state === 'running' ? 3_600 : -60}))`;
  return id;
}

const registered = (job: string, token: number, address: string) => sql`
  insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256, base,
    metrics, decision, sentence, report)
  values (${`m-${job}`}, ${job}, ${token}, 'default', 'embedding', ${address}, 'h', 'd', 'b', '{}', 'refused', 's', '{}')`;

describe.each(['folder', 's3'] as const)('maintain() of a store that is a %s', (kind) => {
  let settings: Settings;
  let models: ModelStore;
  let places: { jobs: string; line: string };
  beforeEach(async () => {
    await sql`truncate training_jobs, models`;
    settings = await settingsOn(kind);
    models = openModelStore(settings);
    const { data_dir, model_dir } = settings.storage;
    places =
      kind === 'folder'
        ? { jobs: path.join(data_dir, 'jobs'), line: path.join(model_dir, 'default/embedding') }
        : { jobs: `${models.root}/jobs`, line: `${models.root}/models/default/embedding` };
  });

  const put = async (...addresses: readonly string[]) => {
    const file = path.join(folder, 'ten-bytes');
    writeFileSync(file, '0123456789');
    for (const address of addresses) await models.put(address, file);
  };
  const all = async () =>
    [...(await models.list(places.jobs)), ...(await models.list(places.line))].map(
      ({ address }) => address,
    );

  it('clears what a job left that the reaper ended, keeps models and other jobs, and says first what would go', async () => {
    const [reaped, running, done] = [
      await jobIn('exhausted'),
      await jobIn('running'),
      await jobIn('succeeded'),
    ];
    const left = (job: string) => [
      `${places.jobs}/${job}/token-3/step-00000008/MANIFEST.json`,
      `${places.jobs}/${job}/token-3/kept/scores.json`,
    ];
    const ofNoUse = [
      ...left(reaped),
      `${places.line}/run-3-${reaped}/model.safetensors`,
      `${places.line}/run-1-${done}/model.safetensors`,
    ];
    const useful = [
      ...left(running),
      ...left(randomUUID()), // of a job that is not in this database
      `${places.line}/run-3-${running}/model.safetensors`,
      `${places.line}/run-2-${done}/MANIFEST.json`,
      `${places.line}/of-somebody/model.safetensors`,
    ];
    await put(...ofNoUse, ...useful);
    await registered(done, 2, `${places.line}/run-2-${done}`);
    const asked = { sql, models, settings };

    expect(await maintain({ ...asked, dryRun: true })).toMatchObject({ left: { jobs: 1 } });
    expect(await reapExhausted(sql)).toEqual([reaped]);
    const found = { jobs: 2, files: 4, bytes: 40 };
    expect((await maintain({ ...asked, dryRun: true })).left).toEqual(found);
    expect(await all()).toHaveLength(ofNoUse.length + useful.length);
    expect((await maintain({ ...asked, dryRun: false })).left).toEqual(found);
    expect((await all()).toSorted()).toEqual(useful.toSorted());
    expect((await maintain({ ...asked, dryRun: false })).left).toEqual({
      ...{ jobs: 0, files: 0, bytes: 0 },
    });
    if (kind === 'folder') expect(existsSync(path.join(places.jobs, reaped))).toBe(false);
  });

  it('is a program of its own that needs no broker', async () => {
    const job = await jobIn('succeeded');
    await put(`${places.jobs}/${job}/token-1/kept/scores.json`);
    const config = path.join(folder, 'settings.yaml');
    writeFileSync(config, JSON.stringify(settings));
    const { code, said } = await program(config);
    expect(said).toContain('"ended_jobs":1,"job_files":1,"job_bytes":10');
    expect(code).toBe(0);
    expect(await all()).toEqual([]);
  });
});

describe('maintain() of a store that is away', () => {
  it('says so, removes nothing, and does the rest', async () => {
    const settings = await settingsOn('s3');
    const retention = { raw_days: 1, dead_letter_days: 1 };
    const kept = { ...settings, storage: { ...settings.storage, retention } };
    scene.network.refuse(true);
    const done = await maintain({
      ...{ sql, models: openModelStore(kept), settings: kept, dryRun: false },
    });
    expect(done).toMatchObject({ payloads: { payloads: 0 }, deadLetters: 0 });
    expect(done.left).toBeInstanceOf(TransientError);
    const config = path.join(folder, 'settings.yaml');
    writeFileSync(config, JSON.stringify(kept));
    const { code, said } = await program(config);
    expect(said).toContain('"payloads":0');
    expect(said).toContain('maintain: s3://');
    expect(code).toBe(3);
  });

  it('is a mistake in the settings when they cannot be read', async () => {
    mkdirSync(path.join(folder, 'x'));
    const { code, said } = await program(path.join(folder, 'x', 'none.yaml'));
    expect(code).toBe(2);
    expect(said).toContain('maintain: ');
  });
});

/** The program as its pod runs it. */
async function program(config: string): Promise<{ code: number | null; said: string }> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const { KAFKA_BROKERS: _, ...env } = process.env;
  const child = spawn(process.execPath, [main], {
    env: {
      ...env,
      DATABASE_URL: database.url,
      MILLRACE_CONFIG: config,
      KAFKA_SASL_PASSWORD_FILE: '/not/there',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk);
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}
