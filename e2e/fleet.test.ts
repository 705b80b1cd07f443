import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleLines } from '../samples/build.ts';
import { oddities } from '../samples/oddities.ts';
import { type Place, place, samples } from './millrace.ts';
import { fingerprints, withSql } from './tables.ts';

/** Sessions through the whole fleet, as processes, by the commands that a user has. The tests build on each other. */
let fleet: Place;
let dataset = '';

beforeAll(async () => {
  fleet = await place({ n_splits: 2 });
  await fleet.run(['up']);
});
afterAll(() => fleet.remove());

const outcomes = sampleLines().map(({ oddity }) =>
  oddity === null ? 'kept' : (oddities.get(oddity)?.outcome ?? 'kept'),
);
const expected = (outcome: string): number => outcomes.filter((o) => o === outcome).length;

test('fleet: every part is ready after up', async () => {
  const { stdout } = await fleet.run(['status', '--json']);
  const { ready, parts } = JSON.parse(stdout);
  expect(ready).toBe(true);
  expect(parts).toHaveLength(8);
});

test('fleet: published sessions meet the ends that the samples name, and the ledger balances', async () => {
  const { stdout } = await fleet.run(['publish', samples, '--wait', '--json']);
  const { published, ledger } = JSON.parse(stdout);
  expect(published).toBe(outcomes.length);
  expect(ledger.balanced).toBe(true);
  expect(ledger.stages.ingestor.went).toMatchObject({ dead: expected('dead') });
  expect(ledger.stages.validator.went).toMatchObject({
    kept: expected('kept'),
    rejected: expected('rejected'),
  });
  expect(ledger.stages.augmentor.in).toBe(expected('kept'));
});

test('fleet: a training ends with a registered model whose folder is whole', async () => {
  const { stdout } = await fleet.run(['train', '--max-steps', '2', '--wait', '--json']);
  const { jobs, models } = JSON.parse(stdout);
  expect(jobs).toMatchObject([{ state: 'succeeded', model_type: 'embedding' }]);
  const [model] = models;
  dataset = model.dataset_sha256;
  expect(model.metrics.candidate['mrr@10']).toBeGreaterThan(0);
  expect(model.sentence).toContain('MRR@10');
  const manifest: unknown = JSON.parse(
    readFileSync(path.join(model.path, 'MANIFEST.json'), 'utf8'),
  );
  expect(JSON.stringify(manifest)).toContain('model.safetensors');
});

test('fleet: the same file once more changes no table', async () => {
  const before = await fingerprints(fleet.databaseUrl);
  const { stdout } = await fleet.run(['publish', samples, '--wait', '--json']);
  const { ledger } = JSON.parse(stdout);
  expect(ledger.stages.ingestor.went.duplicate).toBe(expected('kept') + expected('rejected'));
  expect(await fingerprints(fleet.databaseUrl)).toEqual(before);
});

test('fleet: dead letters keep their bytes and their cause, and can be sent again', async () => {
  const { stdout } = await fleet.run(['dlq', 'list', '--json']);
  const letters: { id: string; code: string }[] = JSON.parse(stdout);
  expect(letters).toHaveLength(2 * expected('dead'));
  const [letter] = letters;
  const { stdout: bytes } = await fleet.run(['dlq', 'show', letter?.id ?? '', '--bytes']);
  expect(sampleLines().map(({ text }) => text)).toContain(bytes);
  await fleet.run(['dlq', 'retry', letter?.id ?? '']);
  const { stdout: missing } = await fleet.run(['dlq', 'show', 'nothing'], 1);
  expect(missing).toBe('');
});

test('fleet: in process, the same file freezes the same dataset', async () => {
  const out = path.join(fleet.stateFolder, 'out');
  await fleet.run(['pipeline', samples, '--max-steps', '2', '--out', out]);
  const results = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8'));
  expect(results.steps.training.embedding.dataset_sha256).toBe(dataset);
  expect(readFileSync(path.join(out, 'report.html'), 'utf8')).toContain(dataset);
});

test('fleet: a row deleted by hand makes the ledger fail', async () => {
  for (const table of [
    'verdicts',
    'augmentations',
    'examples',
    'payloads',
    'sessions',
    'dead_letters',
  ]) {
    const gone = await withSql(fleet.databaseUrl, async (sql) => {
      await sql.unsafe(`create table kept_row as select * from ${table} limit 1`);
      const rows = await sql.unsafe(
        `delete from ${table} where ctid = (select ctid from ${table} limit 1) returning 1`,
      );
      return rows.length;
    });
    expect(gone, table).toBe(1);
    const { stdout } = await fleet.run(['ledger', '--json'], 1);
    expect(JSON.parse(stdout).balanced, table).toBe(false);
    await withSql(fleet.databaseUrl, async (sql) => {
      await sql.unsafe(`insert into ${table} select * from kept_row`);
      await sql.unsafe('drop table kept_row');
    });
    await fleet.run(['ledger']);
  }
});

test('fleet: what cannot be is said in one line, with its exit code', async () => {
  const cases = [
    [['publish', 'no-such-file.jsonl'], 2],
    [['publish', samples, '--limit', 'many'], 2],
    [['train', '--model-name', 'No Good'], 2],
    [['models', 'show', 'none'], 1],
    [['frobnicate'], 2],
  ] as const;
  for (const [args, code] of cases) {
    const { stderr, stdout } = await fleet.run(args, code);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});
