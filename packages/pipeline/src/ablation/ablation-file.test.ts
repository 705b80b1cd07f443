import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { type Ablation, allCopies, copyPolicyOf, standingVerdicts } from '@millrace/trainer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareDataset } from '../prepare.ts';
import { ablationFile, appendAblation, readAblations } from './ablation-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-ablations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = () => settingsSchema.parse({ storage: { data_dir: folder } });

const ablation = (made_at: string, technique: string, decision: 'kept' | 'off'): Ablation => ({
  made_at,
  model_name: 'default',
  model_type: 'embedding',
  base: 'base',
  dataset_sha256: 'a',
  augmentor_revision: 'b',
  metric: 'mrr@10',
  n_splits: 3,
  seeds: [42, 43, 44],
  steps: [50, 50, 50],
  originals: [500, 500, 500],
  queries: 900,
  groups: 80,
  techniques: [
    {
      technique,
      decision,
      copies: 1,
      copies_trained: 700,
      with: 0.5,
      without: 0.4,
      mean: 0.1,
      lower: 0.05,
      upper: 0.15,
      sentence: '',
    },
  ],
  seconds: 60,
  notes: [],
});

test('ablations are kept a line each, and of each technique the newest verdict stands', () => {
  expect(readAblations(settings())).toEqual([]);
  appendAblation(settings(), ablation('2026-01-01', 'synonym', 'off'));
  appendAblation(settings(), ablation('2026-01-02', 'deletion', 'off'));
  appendAblation(settings(), ablation('2026-01-03', 'synonym', 'kept'));
  expect(copyPolicyOf(standingVerdicts(readAblations(settings())))).toEqual({
    synonym: 1,
    deletion: 0,
  });
  const other = { ...settings(), training: { ...settings().training, model_name: 'other' } };
  expect(readAblations(other)).toEqual([]);
});

test('a line that is no ablation is named, not passed over', () => {
  appendAblation(settings(), ablation('2026-01-01', 'synonym', 'off'));
  writeFileSync(ablationFile(settings()), '{"made_at":1}\n', { flag: 'a' });
  expect(() => readAblations(settings())).toThrow(`${ablationFile(settings())}:2 is no ablation`);
});

test('prepareDataset() trains as many copies as an ablation allows', async () => {
  const samples = path.resolve(import.meta.dirname, '../../../../samples/sessions.jsonl');
  const data = readFileSync(samples, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .slice(0, 40)
    .map((line): unknown => JSON.parse(line));
  const copiesOf = async (copies: Record<string, number>) => {
    const { dataset } = await prepareDataset({
      data,
      settings: settingsSchema.parse({ augmentation: { gate: { encoder: false } } }),
      source: 't',
      encoder: null,
      copies,
    });
    return { train: Object.groupBy(dataset.train, (e) => e.technique), counts: dataset.counts };
  };
  const before = await copiesOf({});
  const originals = before.train.original?.length ?? 0;
  expect(originals).toBeGreaterThan(3);
  const copies = ({ original: _, ...made }: typeof before.train) =>
    Object.values(made).reduce((sum, own) => sum + own.length, 0);
  expect(copies(before.train)).toBeGreaterThan(10);
  expect(copies(before.train)).toBeLessThanOrEqual(originals);
  const off = await copiesOf({ synonym: 0 });
  expect(off.train.synonym).toBeUndefined();
  expect(off.counts.dropped.technique_off).toBeGreaterThan(10);
  const all = await copiesOf(allCopies(settings().augmentation));
  expect(copies(all.train)).toBeGreaterThan(copies(before.train));
  expect(all.counts.dropped.copy_limit).toBeUndefined();
}, 60_000);
