import path from 'node:path';
import { cachedTensorflow } from '@millrace/local-stack/assets';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { somePairs, storePairs } from '@millrace/trainer/testing/ready-examples';
import { type S3World, s3World } from '@millrace/trainer/testing/s3-scene';
import { trainedByRunner } from '@millrace/trainer/testing/trained-by-runner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExport } from '../export/run-export.ts';
import { type Ran, ranIn } from '../testing/test-terminal.ts';
import { runReproduce } from './run-reproduce.ts';

let world: S3World;
let database: S3World['database'];
let sql: S3World['sql'];
let scene: S3World['scene'];

beforeAll(async () => {
  world = await s3World({ openModelStore, connect });
  ({ database, sql, scene } = world);
}, 180_000);
afterAll(() => world.close());

test('model and dataset in S3: another machine, with nothing but the base, makes the same bytes and exports', async () => {
  const { machine } = await scene.deployment();
  await storePairs(sql, somePairs(40));
  const place = { databaseUrl: database.url, folder: machine() };
  const request = { request_id: 'r', overrides: { max_steps: 4, n_splits: 0 } };
  expect(await trainedByRunner(sql, place, request)).toBe(0);
  const [model] = await sql<
    { id: string; path: string }[]
  >`select model_id as id, path from models`;
  expect(model?.path).toMatch(/^s3:\/\//);

  const folder = machine();
  const variables = {
    DATABASE_URL: database.url,
    MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
    MILLRACE_TENSORFLOW: cachedTensorflow() ?? '',
    MILLRACE_BASE_MODEL: '',
  };
  const again: Ran = await ranIn({ folder, variables }, (terminal) =>
    runReproduce(terminal, model?.id ?? '', { json: true }),
  );
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ same: true, differing: [], inputs: [] });

  const out = path.join(folder, 'pairs');
  const exported = await ranIn({ folder, variables }, (terminal) =>
    runExport(terminal, { format: 'jsonl', modelName: 'default', out }),
  );
  expect(exported.code, exported.stderr).toBe(0);
}, 240_000);
