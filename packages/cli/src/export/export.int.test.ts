/** What an engineer and a person are given: a dataset that a runner froze, as files; and everything that is held of a user. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { aCopyOf } from '@millrace/shared/testing/a-pair';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { someChats, somePairs, storeExamples } from '@millrace/trainer/testing/ready-examples';
import { removeFolder, runnerFolder } from '@millrace/trainer/testing/runner-program';
import { trainedByRunner } from '@millrace/trainer/testing/trained-by-runner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ran, ranIn } from '../testing/test-terminal.ts';
import { type ExportOptions, runExport } from './run-export.ts';

let database: TestDatabase;
let sql: Sql;
let folder: string;
let dataset: string;
/** Rows of a file of JSON lines. */
type Row = Readonly<Record<string, unknown>> & { readonly id: string };

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 2 });
  folder = runnerFolder();
  const { pairs, sides } = somePairs(20);
  const copies = pairs.filter((_, i) => i % 3 === 0).map((pair) => aCopyOf(pair));
  await storeExamples(sql, { examples: [...pairs, ...copies, ...someChats(20).chats], sides });
  const request = { request_id: 'r', overrides: { max_steps: 2, n_splits: 0 } };
  expect(await trainedByRunner(sql, { databaseUrl: database.url, folder }, request)).toBe(0);
  const [row] = await sql<{ sha256: string }[]>`select sha256 from datasets`;
  dataset = row?.sha256 ?? '';
}, 240_000);
afterAll(async () => {
  await sql.end();
  await database.drop();
  removeFolder(folder);
});

const run = (options: Partial<ExportOptions>): Promise<Ran> => {
  const variables = {
    DATABASE_URL: database.url,
    MILLRACE_CONFIG: path.join(folder, 'settings.yaml'),
  };
  return ranIn({ folder, variables }, (terminal) =>
    runExport(terminal, { format: 'jsonl', modelName: 'default', ...options }),
  );
};

async function exported(name: string, options: Partial<ExportOptions> = {}) {
  const out = path.join(folder, 'out', name);
  mkdirSync(path.dirname(out), { recursive: true });
  const { code, stdout, stderr } = await run({ out, json: true, ...options });
  expect(code, stderr).toBe(0);
  return { out, stderr, manifest: JSON.parse(stdout) };
}
const rowsOf = (file: string): Row[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('export: a dataset has what its manifest names, side by side, and the same bytes twice', async () => {
  const { out, manifest } = await exported('one', { dataset: dataset.slice(0, 10) });
  const lines = rowsOf(path.join(folder, 'data/datasets', `${dataset}.ndjson`)).slice(1);
  const [row] = await sql<{ counts: object }[]>`select counts from datasets`;
  expect(manifest).toMatchObject({ dataset_sha256: dataset, stored: true, counts: row?.counts });
  for (const side of ['train', 'holdout']) {
    const rows = rowsOf(path.join(out, `${side}.jsonl`));
    const named = lines.filter((line) => line['side'] === side);
    expect(rows.map(({ id, content_sha256 }) => [id, content_sha256])).toEqual(
      named.map(({ id, content_sha256 }) => [id, content_sha256]),
    );
    const copies = rows.filter(({ technique }) => technique === 'synonym');
    expect(copies.length > 0).toBe(side === 'train');
    expect(copies.every(({ parent_id }) => rows.some(({ id }) => id === parent_id))).toBe(true);
  }
  const train = readFileSync(path.join(out, 'train.jsonl'), 'utf8');
  for (const { anchor } of rowsOf(path.join(out, 'holdout.jsonl')))
    expect(train).not.toContain(String(anchor));

  const again = await exported('two'); // the newest
  for (const name of readdirSync(out))
    expect(
      readFileSync(path.join(again.out, name)).equals(readFileSync(path.join(out, name))),
    ).toBe(true);
  const refused = await run({ out });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') });
}, 120_000);

test('export --now: what a training of now would be given, hash for hash, and no row is written', async () => {
  const { manifest } = await exported('now', { now: true });
  expect(manifest).toMatchObject({ dataset_sha256: dataset, stored: false });
  const chats = await exported('chats', { now: true, kind: 'chat', format: 'alpaca' });
  expect(chats.manifest).toMatchObject({ kind: 'chat', losses: [] });
  expect(await sql`select 1 from datasets`).toHaveLength(1);
}, 120_000);

test('export: what cannot be is refused, with what to do', async () => {
  const out = path.join(folder, 'nothing');
  const none = await run({ out, dataset: 'f00' });
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no dataset f00'),
  });
  for (const [wrong, says] of [
    [{ kind: 'chat', dataset }, 'holds examples of kind pair, not chat'],
    [{ now: true, dataset }, 'not both'],
    [{ dataset: '' }, 'is no beginning of a hash'],
    [{ out: '' }, 'name a folder to write'],
    [{ out: path.join(folder, 'settings.yaml') }, 'is a file: name another folder'],
    [{ out: path.join(folder, 'settings.yaml/x') }, 'a part of its path is no folder'],
    [{ format: 'openai' }, 'take jsonl or parquet, or --kind chat'],
    [{ user: 'user 1', now: true }, 'one at a time'],
    [{ user: 'user 1', session: 'session 1' }, '--session ID or --user ID'],
  ] as const)
    expect(await run({ out, ...wrong })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(says),
    });
}, 120_000);

test('export --user: one document with all that is held of them; after forgetting, that they were', async () => {
  const user = 'user 3';
  const { code, stdout, stderr } = await run({ user });
  expect(code, stderr).toBe(0);
  const held = JSON.parse(stdout);
  const [session] = held.sessions;
  expect(held.sessions).toHaveLength(1);
  const own = await sql<
    { id: string }[]
  >`select id from examples where user_id = ${user} order by id`;
  const examples: Row[] = session.versions[0].examples;
  expect(examples.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id));
  expect(held.datasets.map((each: { sha256: string }) => each.sha256)).toEqual([dataset]);
  expect(held.receipt.models).toMatchObject([{ use: 'trained', certain: true }]);

  const file = path.join(folder, 'held.json');
  expect((await run({ session: 'session 3', source: 'test', out: file })).code).toBe(0);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8')).sessions).toEqual(held.sessions);
  expect(await run({ session: 'session 3', out: file })).toMatchObject({ code: 2 });

  await erase(sql, {
    subject: { source: 'test', kind: 'user', id: user },
    by: 'ann',
    why: 'asked',
  });
  expect(await run({ user })).toMatchObject({ code: 1 });
  const gone = await run({ user, source: 'test' });
  expect(gone.stderr).toContain('was forgotten at');
  expect(JSON.parse(gone.stdout)).toMatchObject({
    sessions: [],
    forgotten: { receipts: [{ why: 'asked', examples: own.length }] },
  });
  const late = await run({ dataset, out: path.join(folder, 'late') });
  expect(late).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a session was forgotten since'),
  });
}, 120_000);

test('export: a changed manifest is no dataset', async () => {
  const file = path.join(folder, 'data/datasets', `${dataset}.ndjson`);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"train"', '"holdout"'));
  const changed = await run({ dataset, out: path.join(folder, 'changed') });
  expect(changed.code).toBe(1);
  expect(changed.stderr).toContain(`it hashes to ${sha256Hex(readFileSync(file, 'utf8'))}`);
  rmSync(file);
  const gone = await run({ dataset, out: path.join(folder, 'changed') });
  expect(gone.stderr).toContain('is gone');
}, 120_000);
