import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, openBackend, readWeights } from '@millrace/engine';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { writeManifest } from '../core/manifest.ts';
import { someChats, somePairs } from '../testing/ready-examples.ts';
import { writeTinyLlama } from '../testing/tiny-llama.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { trainEmbedding } from './train-embedding.ts';
import { trainLlm } from './train-llm.ts';
import type { TrainOptions } from './train-options.ts';
import type { TrainedModel } from './trained-model.ts';

/** What holds for every kind of model: stopping and going on, identity of a run, early stopping. */

vi.setConfig({ testTimeout: 120_000 }); // seconds on a quiet machine, more on one that others use

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
}, 300_000);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-kinds-'));
  writeTinyModel(path.join(folder, 'embedding'));
  writeTinyLlama(path.join(folder, 'llm'));
  return () => rmSync(folder, { recursive: true });
});

type Training = z.input<typeof settingsSchema>['training'];
type More = Partial<Pick<TrainOptions<Example>, 'signal' | 'onProgress'>>;

function optionsOf<E extends Example>(
  modelType: 'embedding' | 'llm',
  examples: readonly E[],
  { out, training, more = {} }: { out: string; training: Training; more?: More },
): TrainOptions<E> {
  const isHeld = ({ userId }: E) => Number(userId?.slice(5)) % 5 === 0;
  const frozen = writeManifest<E>(
    { modelType, seed: 5, settings: 'test', revisions: { validator: 'v', augmentor: 'a' } },
    { train: examples.filter((e) => !isHeld(e)), holdout: examples.filter(isHeld) },
  );
  return {
    backend,
    baseFolder: path.join(folder, modelType),
    frozen,
    settings: settingsSchema.parse({
      validation: { min_embedding_dim: 8 },
      llm: {
        batch_tokens: 500,
        micro_batch_tokens: 300,
        lora_dropout: 0.1,
        learning_rate: training?.training_learning_rate ?? 1e-3,
        sample_tokens: 2,
        num_epochs: 3,
      },
      training: { training_batch_size: 8, training_learning_rate: 1e-3, ...training },
    }),
    outFolder: path.join(folder, out),
    checkpointFolder: path.join(folder, `${out}-checkpoints`),
    scoreFolder: path.join(folder, `${out}-scores`),
    ...more,
  };
}

const { pairs } = somePairs(40);
const { chats } = someChats(40);

interface Kind {
  readonly weights: string;
  /** Settings of that kind that turn everything on. */
  readonly everything: Training;
  train(of: { out: string; training: Training; more?: More }): Promise<TrainedModel>;
}

const kinds: Readonly<Record<'embedding' | 'llm', Kind>> = {
  embedding: {
    weights: 'model.safetensors',
    everything: { micro_batch_size: 3, dropout: 0.1, hard_negatives: 2 },
    train: (of) => trainEmbedding(optionsOf<PairExample>('embedding', pairs, of)),
  },
  llm: {
    weights: 'adapter_model.safetensors',
    everything: {},
    train: (of) => trainLlm(optionsOf<ChatExample>('llm', chats, of)),
  },
};

describe.each(Object.entries(kinds))('%s', (_, { weights, everything, train }) => {
  const all: Training = {
    max_steps: 12,
    early_stopping_patience: 3,
    early_stopping_steps: 3,
    checkpoint_steps: 100,
    ...everything,
  };
  const weightsIn = (out: string) => readWeights(path.join(folder, out, weights)).weights;
  const untilTrained = (stop: () => void): More['onProgress'] => {
    // the first progress of the training is sent before its first step, the next a second later at the earliest
    return ({ phase }) => void (phase === 'train' && setImmediate(stop));
  };

  it('ends with the same weights and losses when it is stopped and goes on', async () => {
    const unbroken = await train({ out: 'unbroken', training: all });
    expect(unbroken.devLosses).toHaveLength(4);
    expect(unbroken.losses).toHaveLength(12);

    const stopping = new AbortController();
    const reason = new Error('told to stop');
    const more = {
      signal: stopping.signal,
      onProgress: untilTrained(() => stopping.abort(reason)) ?? (() => {}),
    };
    await expect(train({ out: 'broken', training: all, more })).rejects.toBe(reason);
    expect(readdirSync(path.join(folder, 'broken-checkpoints'))).toHaveLength(1);
    const resumed = await train({ out: 'broken', training: all });
    expect(resumed.resumedAt).toBeGreaterThan(0);
    expect(resumed.losses).toEqual(unbroken.losses);
    expect(resumed.devLosses).toEqual(unbroken.devLosses);
    expect(resumed.metrics).toEqual(unbroken.metrics);
    expect(resumed.steps.find(({ step }) => step === 'evaluate base')?.cache).toBe('hit');
    expect(weightsIn('broken')).toEqual(weightsIn('unbroken'));
  });

  it('does not continue a run of other settings', async () => {
    const stopping = new AbortController();
    const more = {
      signal: stopping.signal,
      onProgress: untilTrained(() => stopping.abort(new Error('stop'))) ?? (() => {}),
    };
    await expect(train({ out: 'other', training: all, more })).rejects.toThrow('stop');
    const other = { ...all, early_stopping_patience: 2 };
    await expect(train({ out: 'other', training: other })).rejects.toThrow('settings differs');
  });

  it('early stopping ends a training that gets no better, and the rest of it is as without', async () => {
    const training: Training = {
      max_steps: 12,
      training_learning_rate: 1e-12, // nothing changes, so the second check is no better than the first
      early_stopping_patience: 1,
      early_stopping_steps: 2,
    };
    const { losses, devLosses } = await train({ out: 'early', training });
    expect(devLosses).toHaveLength(2);
    expect(losses).toHaveLength(4);
  });

  it('ends a training whose loss is no number any more with the step and the cause', async () => {
    const training: Training = { max_steps: 12, training_learning_rate: 1e30 };
    await expect(train({ out: 'nan', training })).rejects.toThrow(/step \d+: the learning rate/);
  });
});
