import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBackend } from '@millrace/engine';
import { cachedMiniLm, cachedTensorflow } from '@millrace/local-stack/assets';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import { beforeAll, describe, expect, it } from 'vitest';
import { freeze } from '../core/freeze.ts';
import { somePairs } from '../testing/ready-examples.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { trainEmbedding } from './train-embedding.ts';
import type { TrainedModel } from './trained-model.ts';

/** The gate over real trainings: what is honest passes, and each way to spoil one does not. */

let folder: string;
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-sabotage-'));
  writeTinyModel(path.join(folder, 'tiny'));
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Training {
  readonly base?: string;
  readonly users?: number;
  readonly more?: Partial<Settings['training']>;
  /** Done to the training pairs after the freeze. */
  readonly spoil?: (pairs: readonly PairExample[]) => readonly PairExample[];
}

const learningRate = 1e-3;

async function trained({ base, users = 150, more, spoil }: Training): Promise<TrainedModel> {
  const { pairs, sides } = somePairs(users);
  const settings = settingsSchema.parse({
    validation: { min_embedding_dim: 8 },
    embedding: { max_sequence_length: 48 },
    training: {
      min_holdout_queries: 60,
      training_num_epochs: 50,
      training_learning_rate: learningRate,
      max_steps: 60,
      ...more,
    },
  });
  const revisions = { validator: 'v', augmentor: 'a' };
  const frozen = freeze({
    modelType: 'embedding',
    examples: pairs,
    sides,
    settings,
    seed: 1,
    revisions,
  });
  return await trainEmbedding({
    backend: await openBackend({ libraryFolder: cachedTensorflow() ?? '' }),
    baseFolder: base ?? path.join(folder, 'tiny'),
    frozen: spoil === undefined ? frozen : { ...frozen, train: spoil(frozen.train) },
    settings,
    outFolder: path.join(folder, `out-${runs++}`),
    scoreFolder: path.join(folder, 'scores'), // a base is scored once
  });
}

/** Each anchor with the reply of another user. */
const shuffled = (pairs: readonly PairExample[]): readonly PairExample[] =>
  pairs.map((pair, i) => ({ ...pair, positive: pairs[(i + 37) % pairs.length]?.positive ?? '' }));

describe('the gate', () => {
  let honest: TrainedModel;
  beforeAll(async () => {
    honest = await trained({});
  }, 120_000);

  it('promotes a model that learned from true pairs', () => {
    expect(honest.gate).toMatchObject({ decision: 'promoted', groups: 30 });
    expect(honest.gate.lowerBound).toBeGreaterThan(0.1);
    const { base, candidate } = honest.metrics;
    expect(Object.keys(candidate ?? {})).toEqual(Object.keys(base ?? {}));
    expect(base).toHaveProperty('general_mrr@10');
  });

  // of a model that knows nothing yet, any training may make a better one: these two begin with one that does
  it('refuses a model that was trained on shuffled pairs', async () => {
    const { gate } = await trained({ base: honest.path, spoil: shuffled });
    expect(gate.decision).toBe('refused');
    expect(gate.gain).toBeLessThan(0);
  }, 120_000);

  it('refuses a model that was trained with a hundred times the learning rate', async () => {
    const { gate } = await trained({
      base: honest.path,
      more: { training_learning_rate: 100 * learningRate },
    });
    expect(gate.decision).toBe('refused');
    expect(gate.gain).toBeLessThan(-0.1);
  }, 120_000);

  it('decides nothing on a tiny holdout', async () => {
    const { gate } = await trained({ users: 20 });
    expect(gate).toMatchObject({ decision: 'insufficient_evidence', groups: 4 });
  }, 120_000);
});

const miniLm = cachedMiniLm();
describe.skipIf(miniLm === undefined || cachedTensorflow() === undefined)(
  'the forgetting check, on MiniLM (skipped where it is not cached: millrace models pull minilm)',
  () => {
    const steps = { max_steps: 2, training_batch_size: 16 };
    const lost = async (training_learning_rate: number): Promise<number> =>
      (
        await trained({
          base: miniLm ?? '',
          users: 25,
          more: { ...steps, training_learning_rate },
        })
      ).gate.forgotten;

    it('passes the usual learning rate and fails a hundred times of it', async () => {
      const usual = 2e-5;
      const { max_forgetting: most } = settingsSchema.parse({}).training;
      expect(await lost(usual)).toBeLessThan(most / 2);
      expect(await lost(100 * usual)).toBeGreaterThan(most);
    }, 240_000);
  },
);
