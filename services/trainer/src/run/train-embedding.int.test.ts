import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, embeddingModel, openBackend, readWeights } from '@millrace/engine';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { writeManifest } from '../core/manifest.ts';
import { somePairs } from '../testing/ready-examples.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
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

const weightsIn = (out: string) => readWeights(path.join(folder, out, 'model.safetensors')).weights;

describe('trainEmbedding() with everything on', () => {
  const everything: Training = {
    max_steps: 12,
    micro_batch_size: 3,
    dropout: 0.1,
    hard_negatives: 2,
    early_stopping_patience: 3,
    early_stopping_steps: 3,
    checkpoint_steps: 100,
  };

  it('ends with the same weights and losses when it is stopped and goes on, and exports its prompts', async () => {
    const unbroken = await trainEmbedding(options('unbroken', everything));
    expect(unbroken.devLosses).toHaveLength(4);

    const stopping = new AbortController();
    const reason = new Error('told to stop');
    const stopped = trainEmbedding(
      options('broken', everything, {
        signal: stopping.signal,
        onProgress: ({ phase }) => {
          // the first progress of the training is sent before its first step, the next a second later at the earliest
          if (phase === 'train') setImmediate(() => stopping.abort(reason));
        },
      }),
    );
    await expect(stopped).rejects.toBe(reason);
    expect(readdirSync(path.join(folder, 'broken-checkpoints'))).toHaveLength(1);
    const resumed = await trainEmbedding(options('broken', everything));
    expect(resumed.resumedAt).toBeGreaterThan(0);
    expect(resumed.losses).toEqual(unbroken.losses);
    expect(resumed.devLosses).toEqual(unbroken.devLosses);
    expect(weightsIn('broken')).toEqual(weightsIn('unbroken'));

    const file = path.join(folder, 'unbroken', 'config_sentence_transformers.json');
    const { prompts } = JSON.parse(readFileSync(file, 'utf8'));
    expect(prompts).toEqual({ query: 'ask: ', document: 'say: ' });
    const again = await embeddingModel({
      backend,
      folder: path.join(folder, 'unbroken'),
      maxSequenceLength: 32,
    });
    expect(again.prompts).toEqual({ query: 'ask: ', passage: 'say: ' });
    again.dispose();
    const card = readFileSync(path.join(folder, 'unbroken', 'README.md'), 'utf8');
    expect(card).toContain('| micro_batch_size | 3 | given |');
    expect(card).toContain('| dropout | 0.1 | given |');
    expect(card).toContain('model.encode_query(');
  });

  it('does not continue a run of other settings', async () => {
    const stopping = new AbortController();
    const first = options('other', everything, {
      signal: stopping.signal,
      onProgress: ({ phase }) => {
        if (phase === 'train') setImmediate(() => stopping.abort(new Error('stop')));
      },
    });
    await expect(trainEmbedding(first)).rejects.toThrow('stop');
    const second = options('other', { ...everything, dropout: 0.2 });
    await expect(trainEmbedding(second)).rejects.toThrow('settings differs');
  });
});

it('early stopping ends a training that gets no better, and the rest of it is as without', async () => {
  const training: Training = {
    max_steps: 12,
    training_learning_rate: 1e-12, // nothing changes, so the second check is no better than the first
    early_stopping_patience: 1,
    early_stopping_steps: 2,
  };
  const { losses, devLosses } = await trainEmbedding(options('early', training));
  expect(devLosses).toHaveLength(2);
  expect(losses).toHaveLength(4);
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
