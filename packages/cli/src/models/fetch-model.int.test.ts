import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeManifest } from '@millrace/engine';
import { type S3Server, startS3Server } from '@millrace/local-stack/testing/s3-server';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { Sql } from '@millrace/shared/ports/database';
import { folderUpload } from '@millrace/shared/runtime/model-store/publish-folder';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../conduct/failure.ts';
import { progressReporter } from '../conduct/progress.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { modelStoreCheck } from '../doctor/model-store-check.ts';
import { runModelsFetch } from './fetch-model.ts';

let database: TestDatabase;
let sql: Sql;
let server: S3Server;
let folder: string;
let settings: Settings;
let terminal: Terminal & { readonly out: string[] };

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 2 });
  server = await startS3Server();
  for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  await server.makeBucket('weights');
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate models, aliases, datasets`;
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-fetch-'));
  const storage = {
    model_store: 's3://weights/fleet',
    model_dir: path.join(folder, 'models'),
    s3: { endpoint: server.endpoint, path_style: true },
  };
  settings = settingsSchema.parse({ storage });
  writeFileSync(path.join(folder, 'settings.yaml'), JSON.stringify({ storage }));
  terminal = terminalFor({
    ...process.env,
    DATABASE_URL: database.url,
    MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
  });
  return () => rmSync(folder, { recursive: true });
});

function terminalFor(variables: NodeJS.ProcessEnv) {
  const out: string[] = [];
  const conduct = {
    ...{ debug: false, redraw: false, offline: true, variables },
    ...{ stateFolder: path.join(folder, 'state'), root: folder },
  };
  return {
    ...{ conduct, out, signal: new AbortController().signal, say: () => {} },
    data: (text: string) => void out.push(text),
    progress: () => progressReporter({ write: () => {}, redraw: false, now: () => 0, columns: 80 }),
  };
}

/** A registered model that is the champion of its line. @returns where it lies */
async function register(id: string, at: 's3' | 'folder'): Promise<string> {
  const made = path.join(folder, 'models', id);
  mkdirSync(made, { recursive: true });
  writeFileSync(path.join(made, 'model.safetensors'), `weights of ${id}`);
  const { sha256 } = writeManifest(made);
  const store = openModelStore(settings);
  const address = at === 's3' ? `${store.root}/models/${id}` : made;
  if (at === 's3') await folderUpload(store, { folder: made, address }).run();
  const report = {
    losses: [],
    tokens: 0,
    settings: [],
    machine: '',
    steps: [],
    notes: [],
    revisions: {},
  };
  const counts = { ready: 0, train: 0, holdout: 0, not_sampled: 0, dropped: {} };
  await sql`
    insert into datasets (sha256, model_name, model_type, manifest_path, counts, holdout_sha256)
    values ('d', 'default', 'embedding', '', ${JSON.stringify(counts)}::text::jsonb, 'h') on conflict do nothing`;
  await sql`
    insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256,
      base, metrics, decision, sentence, report)
    values (${id}, gen_random_uuid(), 1, ${id}, 'embedding', ${address}, ${sha256}, 'd', 'base', '{}', 'promoted', '',
      ${JSON.stringify(report)}::text::jsonb)`;
  await sql`insert into aliases (model_name, model_type, alias, model_id) values (${id}, 'embedding', 'champion', ${id})`;
  return address;
}

describe('millrace models fetch', () => {
  it.each(['s3', 'folder'] as const)(
    'brings the folder of a model that lies in: %s',
    async (at) => {
      await register('one', at);
      const out = path.join(folder, 'out', 'one');
      await runModelsFetch(terminal, 'one@champion', { out });
      expect(readdirSync(out).sort()).toEqual(['MANIFEST.json', 'model.safetensors']);
      expect(readFileSync(path.join(out, 'model.safetensors'), 'utf8')).toBe('weights of one');
      await runModelsFetch(terminal, 'one', { out, json: true });
      expect(terminal.out[0]).toBe(out);
      expect(JSON.parse(terminal.out[1] ?? '')).toMatchObject({ model_id: 'one', folder: out });
    },
  );

  it('leaves a folder alone that holds something else', async () => {
    await register('one', 's3');
    writeFileSync(path.join(folder, 'models', 'mine'), 'mine');
    const given = runModelsFetch(terminal, 'one', { out: path.join(folder, 'models') });
    await expect(given).rejects.toThrow('is not empty: name another folder');
  });

  it('refuses a changed byte, with what and where, and leaves no folder', async () => {
    const address = await register('one', 's3');
    writeFileSync(path.join(folder, 'other'), 'weights of oNe');
    const store = openModelStore(settings);
    await store.put(`${address}/model.safetensors`, path.join(folder, 'other'));
    const given = runModelsFetch(terminal, 'one', { out: path.join(folder, 'out') });
    await expect(given).rejects.toThrow(`${address}/model.safetensors is not what was registered`);
    expect(readdirSync(folder)).not.toContain('out');
  });

  it('ends with exit code 3 when the store cannot be reached', async () => {
    await register('one', 's3');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-the-secret');
    const given = runModelsFetch(terminal, 'one', { out: path.join(folder, 'out') });
    const error: unknown = await given.catch((thrown: unknown) => thrown);
    expect(failureOf(error)).toMatchObject({
      exitCode: 3,
      lines: [expect.stringContaining('does not know the credentials')],
    });
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.AWS_SECRET_ACCESS_KEY);
  });
});

describe('millrace doctor', () => {
  it('writes and reads the store', async () => {
    expect(await modelStoreCheck(settings)).toMatchObject({
      health: 'ok',
      says: 's3://weights/fleet, written and read',
    });
    const nowhere = settingsSchema.parse({ storage: { model_dir: path.join(folder, 'nowhere') } });
    expect(await modelStoreCheck(nowhere)).toMatchObject({ health: 'warning' });
    const lost = { ...settings.storage, model_store: 's3://no-such-bucket/fleet' };
    expect(await modelStoreCheck({ ...settings, storage: lost })).toMatchObject({
      health: 'failed',
      says: expect.stringContaining('there is no such bucket'),
    });
  });
});
