import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleLines } from '../samples/build.ts';
import { oddities } from '../samples/oddities.ts';
import { millrace, type Place, place, samples } from './millrace.ts';
import { fingerprints, withSql } from './tables.ts';

/** Sessions through the whole fleet, as processes, by the commands that a user has. The tests build on each other. */
let fleet: Place;
let datasets: Readonly<Record<string, string>> = {};
let ids = { embedding: '', llm: '' };

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

test('fleet: a training of all ends with two registered models whose folders are whole', async () => {
  const asked = ['train', '--model-type', 'all', '--max-steps', '2', '--wait', '--json'];
  const { stdout } = await fleet.run(asked);
  const { jobs, models } = JSON.parse(stdout);
  const ended = jobs.map((job: { model_type: string; state: string }) => [
    job.model_type,
    job.state,
  ]);
  expect(ended.sort()).toEqual([
    ['embedding', 'succeeded'],
    ['llm', 'succeeded'],
  ]);
  const ofType = (type: string) =>
    models.find((made: { model_type: string }) => made.model_type === type);
  const [model, llm] = [ofType('embedding'), ofType('llm')];
  datasets = { embedding: model.dataset_sha256, llm: llm.dataset_sha256 };
  ids = { embedding: model.model_id, llm: llm.model_id };
  expect(llm.metrics.candidate.perplexity).toBeGreaterThan(1);
  expect(model.metrics.candidate['mrr@10']).toBeGreaterThan(0);
  expect(model.sentence).toContain('MRR@10');
  const manifest: unknown = JSON.parse(
    readFileSync(path.join(model.path, 'MANIFEST.json'), 'utf8'),
  );
  expect(JSON.stringify(manifest)).toContain('model.safetensors');
});

test('fleet: two models are compared on what is held out, and the look is counted', async () => {
  const args = ['models', 'compare', ids.embedding, ids.embedding, '--json'];
  const made = JSON.parse((await fleet.run(args, 0)).stdout);
  expect(made).toMatchObject({
    model_type: 'embedding',
    gain: 0,
    verdict: 'not_certain',
    looks: 1,
  });
  expect(made.count).toBeGreaterThan(20);
  expect(made.metrics.map((metric: { name: string }) => metric.name)).toContain('mrr@10');
  const { stderr } = await fleet.run(['models', 'compare', ids.embedding, ids.llm], 2);
  expect(stderr).toContain('cannot be compared');
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

test('fleet: a purged dead letter loses its bytes for good, on record, and the ledger goes on counting it', async () => {
  const { stdout: list } = await fleet.run(['dlq', 'list', '--json']);
  const { id } = JSON.parse(list).find((one: { retried_at: unknown }) => one.retried_at === null);
  const { stdout: asked } = await fleet.run(['dlq', 'purge', id, '--json']);
  expect(JSON.parse(asked)).toEqual({ found: 1, purged: 0, ids: [id] });
  await fleet.run(['dlq', 'purge', id, '--yes']);
  const { stdout: bytes } = await fleet.run(['dlq', 'show', id, '--bytes']);
  expect(bytes).toBe('');
  await fleet.run(['dlq', 'retry', id], 1);
  await fleet.run(['dlq', 'purge'], 2);
  const { stdout } = await fleet.run(['ledger', '--json']);
  expect(JSON.parse(stdout).balanced).toBe(true);
});

test('fleet: status --watch says again and again what waits, and the doctor finds nothing amiss', async () => {
  const watching = millrace(['status', '--watch', '--every', '1', '--json'], fleet.env);
  let said = '';
  await new Promise<void>((resolve) => {
    watching.child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.split('\n').length > 2) resolve();
    });
  });
  watching.child.kill('SIGINT');
  expect((await watching.ended).code).toBe(130);
  const [first = ''] = said.split('\n');
  const { parts, waiting } = JSON.parse(first);
  expect(parts).toHaveLength(8);
  expect(waiting).toHaveLength(5);
  expect(waiting).toContainEqual(
    expect.objectContaining({ stage: 'validator', waiting: 0, oldest_seconds: 0 }),
  );
  const { stdout } = await fleet.run(['doctor', '--json']);
  const healths = JSON.parse(stdout).map(({ name, health }: Record<string, string>) => [
    name,
    health,
  ]);
  expect(Object.fromEntries(healths)).toMatchObject({
    broker: 'ok',
    topics: 'ok',
    'topic settings': 'ok',
    schema: 'ok',
    connections: 'ok',
    gpu: 'ok',
  });
});

test('fleet: in process, the same file freezes the same dataset', async () => {
  const out = path.join(fleet.stateFolder, 'out');
  await fleet.run(['pipeline', samples, '--model-type', 'all', '--max-steps', '2', '--out', out]);
  const read = (name: string): string => readFileSync(path.join(out, name), 'utf8');
  const { embedding, llm } = JSON.parse(read('results.json')).steps.training;
  expect({ embedding: embedding.dataset_sha256, llm: llm.dataset_sha256 }).toEqual(datasets);
  for (const sha256 of Object.values(datasets)) expect(read('report.html')).toContain(sha256);
  expect(JSON.parse(read('model/llm/adapter_config.json'))).toMatchObject({ peft_type: 'LORA' });
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
