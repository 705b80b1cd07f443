/**
 * P6 for weights: a model that a runner trained is trained again by `millrace reproduce`, from its frozen dataset, and has the same
 * bytes; when something is not what it was, it says what.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cachedTensorflow } from '@millrace/local-stack/assets';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { someChats, somePairs, storeExamples } from '@millrace/trainer/testing/ready-examples';
import { removeFolder, runnerFolder } from '@millrace/trainer/testing/runner-program';
import { trainedByRunner } from '@millrace/trainer/testing/trained-by-runner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, ranIn } from '../testing/test-terminal.ts';
import { runReproduce } from './run-reproduce.ts';

const kinds = [
  { modelType: 'embedding', base: 'tiny', weights: 'model.safetensors' },
  { modelType: 'llm', base: 'tiny-llama', weights: 'adapter_model.safetensors' },
] as const;

describe.each(kinds)('reproduce: $modelType', ({ modelType, base, weights }) => {
  let database: TestDatabase;
  let sql: Sql;
  let folder: string;
  let model: { model_id: string; manifest_sha256: string; dataset_sha256: string; path: string };

  beforeAll(async () => {
    database = await testDatabase();
    sql = connect(database.url, { max: 2 });
    folder = runnerFolder();
    const { pairs, sides } = somePairs(40);
    const examples = modelType === 'llm' ? someChats(40).chats : pairs;
    await storeExamples(sql, { examples, sides });
    await train('first');
  }, 240_000);
  afterAll(async () => {
    await sql.end();
    await database.drop();
    removeFolder(folder);
  });

  async function train(request_id: string): Promise<void> {
    const overrides = { max_steps: 6, n_splits: 0 };
    const request = { request_id, model_type: modelType, overrides };
    expect(await trainedByRunner(sql, { databaseUrl: database.url, folder }, request)).toBe(0);
    const [made] = await sql<
      (typeof model)[]
    >`select * from models order by created_at desc limit 1`;
    if (made === undefined) throw new Error('no model was registered');
    model = made;
  }

  const run = (model_id: string, options: { keep?: string; json?: boolean } = {}): Promise<Ran> => {
    const variables = {
      DATABASE_URL: database.url,
      MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
      MILLRACE_TENSORFLOW: cachedTensorflow() ?? '',
      MILLRACE_BASE_MODEL: '',
      MILLRACE_LLM_BASE_MODEL: '',
    };
    return ranIn({ folder, variables }, (terminal) => runReproduce(terminal, model_id, options));
  };
  const found = async (code: number, keep?: string) => {
    const ended = await run(model.model_id, { json: true, ...(keep !== undefined && { keep }) });
    expect(ended.code, ended.stderr).toBe(code);
    return JSON.parse(ended.stdout);
  };
  const rows = async () =>
    (
      await sql`select (select count(*) from audit) as audit, (select count(*) from models) as models,
      (select count(*) from training_jobs) as jobs, (select count(*) from outbox) as outbox`
    )[0];

  /** While it is changed the work is done, then it is as it was. */
  async function changed<T>(file: string, to: (bytes: Buffer) => Buffer, work: () => Promise<T>) {
    const before = readFileSync(file);
    writeFileSync(file, to(Buffer.from(before)));
    try {
      return await work();
    } finally {
      writeFileSync(file, before);
    }
  }
  const otherLastByte = (bytes: Buffer): Buffer => {
    const at = bytes.length - 2; // of the last number: its mantissa
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x40, at);
    return bytes;
  };

  test('the same bytes in every file, the card too, and no row is written', async () => {
    const before = await rows();
    const keep = path.join(folder, 'kept');
    expect(await found(0, keep)).toMatchObject({
      same: true,
      manifest_sha256: { registered: model.manifest_sha256, made: model.manifest_sha256 },
      ...{
        differing: [],
        tensors: [],
        inputs: [],
        metrics: [],
        settings_not_used: [],
        folder: keep,
      },
    });
    expect(sha256Hex(readFileSync(path.join(keep, 'MANIFEST.json'), 'utf8'))).toBe(
      model.manifest_sha256,
    );
    expect(await rows()).toEqual(before);
    const again = await run(model.model_id, { keep });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') });
    // 1 is kept for bytes that differ
    expect(await run('nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no model nothing'),
    });
  }, 240_000);

  test('by its alias, with settings of now that are others: they are told, not used', async () => {
    await sql`insert into aliases (model_name, model_type, alias, model_id) values ('default', ${modelType}, 'champion', ${model.model_id})`;
    const file = path.join(folder, 'settings.yaml');
    const other = (bytes: Buffer) => {
      const settings = JSON.parse(bytes.toString());
      settings.training.random_state = 7;
      settings.llm.learning_rate = 0.5;
      settings.training.training_learning_rate = 0.5;
      return Buffer.from(JSON.stringify(settings));
    };
    const ended = await changed(file, other, () => run(`default/${modelType}@champion`));
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('the same bytes in all');
    expect(ended.stdout).toContain('training.random_state');
  }, 240_000);

  test('other base weights: they are named, and by how much the model differs', async () => {
    const file = path.join(folder, 'base', base, 'model.safetensors');
    const result = await changed(file, otherLastByte, () => found(1));
    expect(result.inputs).toEqual([
      { input: 'base model.safetensors', recorded: expect.any(String), now: expect.any(String) },
    ]);
    expect(result.same).toBe(false);
    expect(result.differing.map((each: { file: string }) => each.file)).toContain(weights);
    expect(result.tensors[0].largest).toBeGreaterThan(0);
  }, 240_000);

  test('a changed or missing dataset, base and model are named together, with exit code 2', async () => {
    const { dataset_sha256: sha256 } = model;
    const dataset = path.join(folder, 'data/datasets', `${sha256}.ndjson`);
    const one = await changed(dataset, otherLastByte, () => run(model.model_id));
    expect(one.code).toBe(2);
    expect(one.stderr).toContain(`the file of dataset ${sha256} was changed: it hashes to`);
    const hidden = [dataset, model.path];
    for (const place of hidden) renameSync(place, `${place}.away`);
    const two = await run(model.model_id);
    for (const place of hidden) renameSync(`${place}.away`, place);
    expect(two.code).toBe(2);
    expect(two.stderr).toContain(`the file of dataset ${sha256} is gone`);
    expect(two.stderr).toContain('MANIFEST.json');
    const weightsFile = path.join(model.path, weights);
    const three = await changed(weightsFile, otherLastByte, () => run(model.model_id));
    expect(three).toMatchObject({ code: 2, stderr: expect.stringContaining(weights) });
  }, 240_000);

  test('compared with the champion of then, the card is the same too', async () => {
    await train('second');
    const [{ champion } = {}] = await sql`
      select report->'inputs'->>'champion' as champion from models where model_id = ${model.model_id}`;
    expect(champion).not.toBeNull();
    expect(await found(0)).toMatchObject({ same: true, differing: [], metrics: [] });
  }, 240_000);

  test('what was forgotten since does not come back: refused in a sentence', async () => {
    const [gone] = await sql<{ source: string; id: string }[]>`
      select source, session_id as id from examples where last_dataset = ${model.dataset_sha256} limit 1`;
    if (gone === undefined) throw new Error('nothing to forget');
    await erase(sql, { subject: { ...gone, kind: 'session' }, by: 'ann', why: 'a test' });
    const ended = await run(model.model_id);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('a session was forgotten since');
    rmSync(path.join(folder, 'base', base), { recursive: true });
    const both = await run(model.model_id);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('a session was forgotten since');
    expect(both.stderr).toContain('is not below storage.models_root_dir');
  }, 240_000);
});
