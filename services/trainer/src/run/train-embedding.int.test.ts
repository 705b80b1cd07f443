import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, embeddingModel, openBackend } from '@millrace/engine';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { writeManifest } from '../core/manifest.ts';
import { somePairs } from '../testing/ready-examples.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { compareEmbeddings } from './compare-models.ts';
import { trainEmbedding } from './train-embedding.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';

vi.setConfig({ testTimeout: 120_000 }); // seconds on a quiet machine, more on one that others use

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
}, 300_000);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-train-'));
  writeTinyModel(path.join(folder, 'base'));
  return () => rmSync(folder, { recursive: true });
});

type Training = z.input<typeof settingsSchema>['training'];

const { pairs } = somePairs(40);

function options(out: string, training: Training, more: Partial<TrainEmbeddingOptions> = {}) {
  const holdout = pairs.filter(({ userId }) => Number(userId?.slice(5)) % 5 === 0);
  const frozen = writeManifest(
    {
      modelType: 'embedding',
      seed: 5,
      settings: 'test',
      revisions: { validator: 'v', augmentor: 'a' },
    },
    { train: pairs.filter((pair) => !holdout.includes(pair)), holdout },
  );
  return {
    backend,
    baseFolder: path.join(folder, 'base'),
    frozen,
    settings: settingsSchema.parse({
      validation: { min_embedding_dim: 8 },
      embedding: { query_prefix: 'ask: ', passage_prefix: 'say: ' },
      training: { training_batch_size: 8, training_learning_rate: 1e-3, ...training },
    }),
    outFolder: path.join(folder, out),
    checkpointFolder: path.join(folder, `${out}-checkpoints`),
    scoreFolder: path.join(folder, `${out}-scores`),
    ...more,
  };
}

it('exports its prompts, and the card names what was given', async () => {
  const training = { max_steps: 2, micro_batch_size: 3, dropout: 0.1 };
  await trainEmbedding(options('prompts', training));
  const file = path.join(folder, 'prompts', 'config_sentence_transformers.json');
  const { prompts } = JSON.parse(readFileSync(file, 'utf8'));
  expect(prompts).toEqual({ query: 'ask: ', document: 'say: ' });
  const again = await embeddingModel({
    backend,
    folder: path.join(folder, 'prompts'),
    maxSequenceLength: 32,
  });
  expect(again.prompts).toEqual({ query: 'ask: ', passage: 'say: ' });
  again.dispose();
  const card = readFileSync(path.join(folder, 'prompts', 'README.md'), 'utf8');
  expect(card).toContain('| micro_batch_size | 3 | given |');
  expect(card).toContain('| dropout | 0.1 | given |');
  expect(card).toContain('model.encode_query(');
});

it('finds what is set to auto, keeps it for the next attempt, and leaves the base as it was', async () => {
  const training: Training = {
    max_steps: 3,
    training_batch_size: 'auto',
    training_learning_rate: 'auto',
    memory_limit_mb: 1, // nothing fits: one pair at a time
  };
  const first = await trainEmbedding(options('auto', training));
  const origins = new Map(
    first.settings.map(({ name, value, origin }) => [name, { value, origin }]),
  );
  expect(origins.get('training_batch_size')).toEqual({ value: 8, origin: 'found' });
  expect(origins.get('micro_batch_size')).toEqual({ value: 1, origin: 'found' });
  expect(origins.get('training_learning_rate')?.origin).toBe('found');
  expect(first.range?.length).toBeGreaterThan(20);
  expect(existsSync(path.join(folder, 'auto', 'MANIFEST.json'))).toBe(true);

  // the same values given by hand: the search has left no trace in the weights
  const rate = Number(origins.get('training_learning_rate')?.value);
  const byHand = { max_steps: 3, micro_batch_size: 1, training_learning_rate: rate };
  const second = await trainEmbedding(options('by-hand', byHand));
  expect(second.range).toBeNull();
  expect(second.losses).toEqual(first.losses);

  rmSync(path.join(folder, 'auto'), { recursive: true });
  const third = await trainEmbedding(options('auto', training));
  expect(third.steps.find(({ step }) => step === 'find values')?.cache).toBe('hit');
  expect(third.losses).toEqual(first.losses);
});

it('is compared afterwards, from its folder, with the very figures of its training', async () => {
  const asked = options('compared', { max_steps: 4 });
  const trained = await trainEmbedding(asked);
  const { settings, frozen } = asked;
  const shares: number[] = [];
  const compared = await compareEmbeddings(frozen.holdout, {
    backend,
    settings,
    folders: [asked.baseFolder, trained.path],
    onProgress: (done) => shares.push(done),
  });
  const of = (side: 'a' | 'b') =>
    Object.fromEntries(compared.metrics.map((metric) => [metric.name, metric[side]]));
  expect(of('a')).toEqual(trained.metrics['base']);
  expect(of('b')).toEqual(trained.metrics['candidate']);
  expect(compared.gain).toBeCloseTo(trained.gate.gain, 12);
  expect(compared.users).toBe(trained.gate.groups);
  expect(shares).toEqual(shares.toSorted((x, y) => x - y));
  expect(shares.at(-1)).toBe(2);
  const same = await compareEmbeddings(frozen.holdout, {
    backend,
    settings,
    folders: [trained.path, trained.path],
  });
  expect(same).toMatchObject({ gain: 0, lower: 0, upper: 0, verdict: 'not_certain' });
});
